import django.db.models.deletion
import notify_project.db.encryption
import notify_project.db.ids
from django.db import migrations, models


def _kept(to):
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0010_event_callback"),
        ("providers", "0008_rest_where_they_are"),
        ("recipients", "0003_lists"),
        ("templates_app", "0009_images"),
        ("tenants", "0004_keys_bound_to_channels"),
    ]

    operations = [
        migrations.RenameField("systemdefaults", "values", "plain_values"),
        migrations.RenameField("tenantdefaults", "values", "plain_values"),
        migrations.AddField(
            model_name="systemdefaults",
            name="values",
            field=notify_project.db.encryption.SealedJSONField(
                default=dict, verbose_name="values"
            ),
        ),
        migrations.AddField(
            model_name="tenantdefaults",
            name="values",
            field=notify_project.db.encryption.SealedJSONField(
                default=dict, verbose_name="values"
            ),
        ),
        migrations.AddField(
            model_name="tenantdefaults",
            name="template",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="templates_app.template",
                verbose_name="template",
            ),
        ),
        migrations.CreateModel(
            name="DefaultsReference",
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
                        related_name="references",
                        to="events.tenantdefaults",
                    ),
                ),
                ("document", _kept("templates_app.template")),
                ("group", _kept("recipients.group")),
                ("image", _kept("templates_app.image")),
                ("list", _kept("recipients.subscriberlist")),
                ("service", _kept("providers.service")),
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("group__isnull", False),
                            ("list__isnull", False),
                            ("document__isnull", False),
                            ("service__isnull", False),
                            ("image__isnull", False),
                            _connector="OR",
                        ),
                        name="defaults_reference_names_something",
                    )
                ],
            },
        ),
    ]
