import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import notify_project.db.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Template",
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
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("channel", models.CharField(max_length=16, verbose_name="channel")),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="description"),
                ),
                (
                    "sample_params",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Example values, for previews. Not real people's data.",
                        verbose_name="sample parameters",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="changed"),
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
                "verbose_name": "template",
                "verbose_name_plural": "templates",
                "ordering": ["name"],
                "indexes": [
                    models.Index(
                        fields=["tenant", "-created_at", "-id"], name="template_recent"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("tenant"),
                        django.db.models.functions.text.Lower("name"),
                        name="template_name",
                        violation_error_message="A template of this name exists already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
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
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("subject", models.TextField(blank=True, verbose_name="subject")),
                ("body", models.TextField(verbose_name="body")),
                (
                    "body_type",
                    models.CharField(
                        blank=True, max_length=16, verbose_name="body type"
                    ),
                ),
                (
                    "engine",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="template language"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
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
            ],
            options={
                "verbose_name": "template version",
                "verbose_name_plural": "template versions",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("template", "number"), name="template_version_number"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="template",
            name="published",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="templates_app.templateversion",
            ),
        ),
    ]
