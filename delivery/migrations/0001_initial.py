import django.db.models.deletion
import django.db.models.functions.datetime
import notify_project.db.encryption
import notify_project.db.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("providers", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
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
                ("status", models.CharField(max_length=24, verbose_name="status")),
                (
                    "event_type",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="event type"
                    ),
                ),
                (
                    "correlation_id",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="correlation id"
                    ),
                ),
                ("channels", models.JSONField(default=list, verbose_name="channels")),
                ("key_type", models.CharField(max_length=8, verbose_name="key type")),
                (
                    "key_name",
                    models.CharField(blank=True, max_length=100, verbose_name="key"),
                ),
                ("params", notify_project.db.encryption.SealedJSONField(null=True)),
                ("decided_by", models.JSONField(default=dict)),
                ("warnings", models.JSONField(default=list)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="accepted",
                    ),
                ),
                (
                    "scheduled_for",
                    models.DateTimeField(null=True, verbose_name="scheduled for"),
                ),
                (
                    "content_deleted_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="content deleted"
                    ),
                ),
                ("rollup_at", models.DateTimeField(editable=False, null=True)),
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
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "indexes": [
                    models.Index(
                        fields=["tenant", "-created_at", "-id"],
                        name="notification_recent",
                    ),
                    models.Index(
                        fields=["tenant", "status", "-created_at", "-id"],
                        name="notification_status",
                    ),
                    models.Index(
                        condition=models.Q(("correlation_id", ""), _negated=True),
                        fields=["tenant", "correlation_id", "-created_at", "-id"],
                        name="notification_correlation",
                    ),
                    models.Index(
                        condition=models.Q(("event_type", ""), _negated=True),
                        fields=["tenant", "event_type", "-created_at", "-id"],
                        name="notification_event",
                    ),
                    models.Index(fields=["created_at"], name="notification_day"),
                    models.Index(
                        condition=models.Q(("rollup_at__isnull", False)),
                        fields=["rollup_at"],
                        name="notification_rollup",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Content",
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
                ("body", notify_project.db.encryption.SealedJSONField()),
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
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contents",
                        to="delivery.notification",
                    ),
                ),
            ],
            options={
                "verbose_name": "content",
                "verbose_name_plural": "contents",
            },
        ),
        migrations.CreateModel(
            name="Attachment",
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
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("filename", notify_project.db.encryption.SealedTextField()),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("data", notify_project.db.encryption.SealedBinaryField()),
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
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="delivery.content",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                ("lane", models.CharField(max_length=32)),
                ("state", models.CharField(default="queued", max_length=16)),
                ("priority", models.PositiveSmallIntegerField(default=1)),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("claim_token", models.UUIDField(editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("channel", models.CharField(max_length=16, verbose_name="channel")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "first_due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                ("expires_at", models.DateTimeField(null=True, verbose_name="expires")),
                (
                    "finished_at",
                    models.DateTimeField(null=True, verbose_name="finished"),
                ),
                (
                    "provider",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="provider"
                    ),
                ),
                (
                    "provider_ref",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="provider's reference"
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="attempts"
                    ),
                ),
                (
                    "tries",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="tries spent"
                    ),
                ),
                (
                    "on_unknown",
                    models.CharField(
                        max_length=16, verbose_name="if the outcome is unknown"
                    ),
                ),
                ("unknowns", models.PositiveSmallIntegerField(default=0)),
                ("lookups", models.PositiveSmallIntegerField(default=0)),
                ("asking", models.BooleanField(default=False)),
                (
                    "maybe_duplicate",
                    models.BooleanField(
                        default=False, verbose_name="may have been sent twice"
                    ),
                ),
                (
                    "error_code",
                    models.CharField(blank=True, max_length=60, verbose_name="error"),
                ),
                (
                    "error_detail",
                    models.CharField(blank=True, max_length=300, verbose_name="detail"),
                ),
                (
                    "hold_reason",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="held because"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.account",
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="delivery.content",
                    ),
                ),
                (
                    "pinned_account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.account",
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
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="delivery.notification",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["lane", "tenant", "priority", "due_at", "id"],
                        name="message_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["lane", "due_at"],
                        name="message_next",
                    ),
                    models.Index(
                        condition=models.Q(("state", "queued"), ("claims__gte", 2)),
                        fields=["lane", "due_at"],
                        name="message_suspect",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("claimed", "sending"))),
                        fields=["lease_until"],
                        name="message_lease",
                    ),
                    models.Index(
                        condition=models.Q(("state", "unknown")),
                        fields=["due_at"],
                        name="message_unknown",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("queued", "claimed", "sending", "unknown"))
                        ),
                        fields=["notification"],
                        name="message_open",
                    ),
                    models.Index(
                        condition=models.Q(("provider_ref", ""), _negated=True),
                        fields=["account", "provider_ref"],
                        name="message_ref",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("expires_at__isnull", False), ("state", "queued")
                        ),
                        fields=["expires_at"],
                        name="message_expiry",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("claimed", "sending")),
                                ("claim_token__isnull", False),
                                ("lease_until__isnull", False),
                            ),
                            models.Q(
                                ("state", "unknown"),
                                ("claim_token__isnull", False),
                                models.Q(("lease_until__isnull", False), _negated=True),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ("claimed", "sending", "unknown")),
                                    _negated=True,
                                ),
                                models.Q(("claim_token__isnull", False), _negated=True),
                                models.Q(("lease_until__isnull", False), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="message_custody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationTag",
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
                ("tag", models.CharField(max_length=100)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
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
                    models.Index(
                        fields=["tenant", "tag", "-created_at", "notification"],
                        name="tag_recent",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notification", "tag"), name="tag_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
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
                ("kind", models.CharField(max_length=3, verbose_name="kind")),
                ("address", notify_project.db.encryption.SealedTextField()),
                ("address_hash", models.BinaryField(max_length=32)),
                (
                    "state",
                    models.CharField(blank=True, max_length=16, verbose_name="state"),
                ),
                (
                    "detail",
                    models.CharField(blank=True, max_length=300, verbose_name="detail"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="delivery.message",
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
                "verbose_name": "recipient",
                "verbose_name_plural": "recipients",
                "indexes": [
                    models.Index(
                        fields=["tenant", "address_hash", "-created_at", "-id"],
                        name="recipient_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyCount",
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
                ("day", models.DateField(verbose_name="day")),
                ("channel", models.CharField(max_length=16, verbose_name="channel")),
                (
                    "event_type",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="event type"
                    ),
                ),
                ("key_type", models.CharField(max_length=8, verbose_name="key type")),
                ("state", models.CharField(max_length=16, verbose_name="state")),
                ("count", models.PositiveIntegerField(verbose_name="messages")),
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
                "verbose_name": "daily count",
                "verbose_name_plural": "daily counts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "tenant",
                            "day",
                            "channel",
                            "event_type",
                            "key_type",
                            "state",
                        ),
                        name="daily_count_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
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
                (
                    "was",
                    models.CharField(blank=True, max_length=16, verbose_name="from"),
                ),
                ("became", models.CharField(max_length=16, verbose_name="to")),
                ("cause", models.CharField(max_length=60, verbose_name="cause")),
                (
                    "detail",
                    models.CharField(blank=True, max_length=300, verbose_name="detail"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="at",
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
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ledger",
                        to="delivery.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "ledger",
                "indexes": [
                    models.Index(fields=["message", "id"], name="ledger_message")
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
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
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "kind",
                    models.CharField(default="send", max_length=8, verbose_name="kind"),
                ),
                ("provider", models.CharField(max_length=60, verbose_name="provider")),
                ("worker", models.CharField(max_length=100, verbose_name="worker")),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="started",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(blank=True, max_length=16, verbose_name="outcome"),
                ),
                (
                    "duration_ms",
                    models.PositiveIntegerField(
                        null=True, verbose_name="duration (ms)"
                    ),
                ),
                (
                    "http_status",
                    models.PositiveSmallIntegerField(
                        null=True, verbose_name="HTTP status"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="provider's code"
                    ),
                ),
                (
                    "detail",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="provider's answer"
                    ),
                ),
                (
                    "provider_ref",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="provider's reference"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.account",
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
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempt_rows",
                        to="delivery.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "number"), name="attempt_number"
                    )
                ],
            },
        ),
    ]
