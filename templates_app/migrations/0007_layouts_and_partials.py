import django.db.models.deletion
from django.db import migrations, models

import notify_project.db.ids


class Migration(migrations.Migration):
    dependencies = [
        ("templates_app", "0006_one_draft"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="template",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("template", "Template"),
                    ("layout", "Layout"),
                    ("partial", "Partial"),
                ],
                default="template",
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.AddField(
            model_name="templateversion",
            name="layout",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="templates_app.template",
            ),
        ),
        migrations.CreateModel(
            name="TemplatePart",
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
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="templates_app.template",
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
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="templates_app.templateversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "part"), name="template_part_once"
                    )
                ],
            },
        ),
    ]
