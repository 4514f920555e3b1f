import django.db.models.deletion
import django.db.models.functions.datetime
import notify_project.db.encryption
import notify_project.db.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("delivery", "0001_initial"),
        ("providers", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Fingerprint",
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
                ("hash", models.BinaryField(max_length=32)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                (
                    "notification",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="delivery.notification",
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
                "indexes": [
                    models.Index(fields=["expires_at"], name="fingerprint_expiry")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "hash"), name="fingerprint_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
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
                ("key_type", models.CharField(max_length=8)),
                ("endpoint", models.CharField(max_length=60)),
                ("key_hash", models.BinaryField(max_length=32)),
                ("body_hash", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", notify_project.db.encryption.SealedJSONField()),
                ("expires_at", models.DateTimeField()),
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
                "indexes": [
                    models.Index(fields=["expires_at"], name="idempotency_key_expiry")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "key_type", "endpoint", "key_hash"),
                        name="idempotency_key_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SystemDefaults",
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
                ("channel", models.CharField(max_length=16, verbose_name="channel")),
                (
                    "values",
                    models.JSONField(blank=True, default=dict, verbose_name="values"),
                ),
                (
                    "locked",
                    models.JSONField(
                        blank=True, default=list, verbose_name="locked fields"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: chosen among the active accounts by tier and weight.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "system default",
                "verbose_name_plural": "system defaults",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel",), name="system_defaults_channel"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TenantDefaults",
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
                ("channel", models.CharField(max_length=16, verbose_name="channel")),
                (
                    "values",
                    models.JSONField(blank=True, default=dict, verbose_name="values"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: chosen among the active accounts by tier and weight.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the sender that is marked as default.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.sender",
                        verbose_name="sender",
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
                "verbose_name": "tenant default",
                "verbose_name_plural": "tenant defaults",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "channel"), name="tenant_defaults_channel"
                    )
                ],
            },
        ),
    ]
