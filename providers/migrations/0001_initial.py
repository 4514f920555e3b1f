import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import notify_project.db.encryption
import notify_project.db.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
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
                ("provider", models.CharField(max_length=60, verbose_name="provider")),
                (
                    "name",
                    models.CharField(
                        help_text="For chat, this is what a request names in recipients.to.",
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                ("config", notify_project.db.encryption.SealedJSONField(default=dict)),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Lower tiers are used first; a higher one only when they cannot.",
                        verbose_name="tier",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="Share of the messages within its tier.",
                        verbose_name="weight",
                    ),
                ),
                (
                    "paused_until",
                    models.DateTimeField(
                        editable=False,
                        help_text="The provider asked us to slow down.",
                        null=True,
                        verbose_name="paused until",
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
                    "checked_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="last checked"
                    ),
                ),
                (
                    "check_ok",
                    models.BooleanField(
                        editable=False, null=True, verbose_name="check passed"
                    ),
                ),
                (
                    "check_detail",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=300,
                        verbose_name="what the check found",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: it belongs to the system, all tenants use it.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                        verbose_name="tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "ordering": ["channel", "priority", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("tenant"),
                        models.F("channel"),
                        django.db.models.functions.text.Lower("name"),
                        name="account_name",
                        violation_error_message="An account of this name exists already.",
                    ),
                    models.UniqueConstraint(
                        models.F("channel"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("tenant__isnull", True)),
                        name="account_name_of_system",
                        violation_error_message="An account of this name exists already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sender",
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
                    "address",
                    models.CharField(
                        help_text="An e-mail address, a whole domain, a phone number or a name.",
                        max_length=254,
                        verbose_name="address or number",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="display name"
                    ),
                ),
                (
                    "reply_to",
                    models.CharField(
                        blank=True, max_length=254, verbose_name="reply to"
                    ),
                ),
                (
                    "is_default",
                    models.BooleanField(default=False, verbose_name="default"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="verified"
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
                "verbose_name": "sender",
                "verbose_name_plural": "senders",
                "ordering": ["channel", "address"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("tenant"),
                        models.F("channel"),
                        django.db.models.functions.text.Lower("address"),
                        name="sender_address",
                        violation_error_message="This sender exists already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("tenant", "channel"),
                        name="sender_one_default",
                        violation_error_message="There is a default sender already.",
                    ),
                ],
            },
        ),
    ]
