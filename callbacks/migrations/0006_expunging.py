import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import notify_project.db.ids


class Migration(migrations.Migration):
    dependencies = [
        ("callbacks", "0005_failed_events"),
        ("tenants", "0008_system_accounts_step_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="callback",
            name="content_deleted_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="content deleted"
            ),
        ),
        migrations.CreateModel(
            name="Expunging",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=notify_project.db.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="since")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("asked_by", models.CharField(max_length=300, verbose_name="asked by")),
                ("reached_at", models.DateTimeField(null=True)),
                (
                    "count",
                    models.PositiveIntegerField(default=0, verbose_name="deleted"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "finished_at",
                    models.DateTimeField(null=True, verbose_name="finished"),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="callbacks.endpoint",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                        verbose_name="tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "deletion of content",
                "verbose_name_plural": "deletions of content",
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["created_at"],
                        name="expunging_open",
                    )
                ],
            },
        ),
    ]
