import django.db.models.deletion
from django.db import migrations, models

import notify_project.db.ids


class Migration(migrations.Migration):
    dependencies = [
        ("callbacks", "0003_retries_refusals"),
        ("tenants", "0008_system_accounts_step_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetrySchedule",
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
                ("waits", models.JSONField(verbose_name="tries")),
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
                "verbose_name": "retry schedule",
                "verbose_name_plural": "retry schedules",
            },
        ),
        migrations.AddConstraint(
            model_name="retryschedule",
            constraint=models.UniqueConstraint(
                fields=("tenant",), name="retry_schedule_once"
            ),
        ),
    ]
