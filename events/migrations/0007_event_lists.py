import django.db.models.deletion
import notify_project.db.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_services"),
        ("recipients", "0003_lists"),
        ("tenants", "0004_keys_bound_to_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventList",
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
                    "defaults",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lists",
                        to="events.eventdefaults",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recipients.subscriberlist",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("defaults", "list"), name="event_list_once"
                    )
                ],
            },
        ),
    ]
