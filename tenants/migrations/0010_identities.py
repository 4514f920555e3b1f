"""Who somebody is at the provider of the single sign-on."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0009_second_factors_and_session_rounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("issuer", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=255)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "single sign-on",
                "verbose_name_plural": "single sign-ons",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "subject"), name="identity_issuer_subject"
                    ),
                    models.UniqueConstraint(
                        fields=("issuer", "user"), name="identity_issuer_user"
                    ),
                ],
            },
        ),
    ]
