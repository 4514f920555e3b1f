import django.db.models.deletion
import django.utils.timezone
import notify_project.db.encryption
import notify_project.db.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0001_initial"),
        ("tenants", "0004_keys_bound_to_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="Suppression",
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
                    notify_project.db.encryption.SealedTextField(null=True),
                ),
                ("address_hash", models.BinaryField(max_length=32)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bounced", "Bounced: the address does not exist"),
                            ("complained", "Complained of unwanted messages"),
                            ("stopped", "Answered STOP"),
                            ("by_hand", "Blocked by the tenant"),
                            ("opted_out", "Opted out"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="note"),
                ),
                (
                    "added_by",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="added by"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="since",
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
                "verbose_name": "suppressed address",
                "verbose_name_plural": "suppressed addresses",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["tenant", "-created_at", "-id"],
                        name="suppression_recent",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address_hash", "tenant", "channel", "reason"),
                        name="suppression_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "bounced",
                                    "complained",
                                    "stopped",
                                    "by_hand",
                                    "opted_out",
                                ],
                            )
                        ),
                        name="suppression_reason",
                    ),
                ],
            },
        ),
    ]
