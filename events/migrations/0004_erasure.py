import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import notify_project.db.encryption
import notify_project.db.ids


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_event_types"),
        ("tenants", "0004_keys_bound_to_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
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
                (
                    "address",
                    notify_project.db.encryption.SealedTextField(
                        null=True, verbose_name="address"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "asked_by",
                    models.CharField(max_length=300, verbose_name="asked for by"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="asked for",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("places", "looking into groups and answers"),
                            ("history", "looking through the history"),
                            ("waiting", "waiting for messages that are on their way"),
                            ("done", "done"),
                        ],
                        default="places",
                        max_length=8,
                        verbose_name="stage",
                    ),
                ),
                (
                    "position_at",
                    models.DateTimeField(editable=False, null=True),
                ),
                ("position_id", models.UUIDField(editable=False, null=True)),
                ("waiting", models.JSONField(default=list, editable=False)),
                (
                    "counts",
                    models.JSONField(
                        default=dict, editable=False, verbose_name="erased"
                    ),
                ),
                (
                    "remains",
                    models.JSONField(
                        default=list, editable=False, verbose_name="what remains"
                    ),
                ),
                (
                    "finished_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="done"
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
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["tenant", "-created_at", "-id"], name="erasure_recent"
                    ),
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["created_at"],
                        name="erasure_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True),
                            ("address__isnull", True),
                            _connector="OR",
                        ),
                        name="erasure_keeps_no_address",
                    )
                ],
            },
        ),
    ]
