import django.db.models.deletion
import notify_project.db.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0008_callbacks"),
        ("templates_app", "0009_images"),
        ("tenants", "0004_keys_bound_to_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventImage",
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
                        related_name="images",
                        to="events.eventdefaults",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="templates_app.image",
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
                        fields=("defaults", "image"), name="event_image_once"
                    )
                ],
            },
        ),
    ]
