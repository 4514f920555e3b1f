import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import notify_project.db.encryption
import notify_project.db.ids
import tenants.models.credentials
import tenants.models.tenant
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateBucket",
            fields=[
                (
                    "key",
                    models.CharField(max_length=100, primary_key=True, serialize=False),
                ),
                ("arrival_seconds", models.FloatField()),
                ("allowed", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
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
                    "email",
                    models.EmailField(
                        help_text="The log-in name. Capital and small letters are the same.",
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail address",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, max_length=200, verbose_name="name"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="What they see there is decided by their memberships.",
                        verbose_name="may use the admin",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="user_email_lower_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tenant",
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
                (
                    "slug",
                    models.SlugField(
                        help_text="Small letters, digits and hyphens; it stands in addresses.",
                        max_length=100,
                        unique=True,
                        verbose_name="short name",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="When off, its credentials are refused and nothing is sent.",
                        verbose_name="active",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="America/Vancouver",
                        max_length=64,
                        validators=[tenants.models.tenant.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "locale",
                    models.CharField(
                        default="en",
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\\Z",
                                "Give a language tag, such as en or fr-CA.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "phone_region",
                    models.CharField(
                        default="CA",
                        help_text="How numbers without a country code are read.",
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}\\Z",
                                "Give a region as two capital letters, such as CA.",
                            )
                        ],
                        verbose_name="phone region",
                    ),
                ),
                (
                    "requests_per_minute_live",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: the system's default.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="requests per minute, live keys",
                    ),
                ),
                (
                    "requests_per_minute_test",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: the system's default.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="requests per minute, test keys",
                    ),
                ),
                (
                    "idempotency_window_seconds",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: the system's default. 0: never.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(604800),
                        ],
                        verbose_name="equal requests count as one for (seconds)",
                    ),
                ),
                (
                    "content_retention_days",
                    models.PositiveIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="keep content for (days)",
                    ),
                ),
                (
                    "metadata_retention_days",
                    models.PositiveIntegerField(
                        default=90,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="keep history for (days)",
                    ),
                ),
                (
                    "missing_params",
                    models.CharField(
                        choices=[
                            ("error", "Refuse the request"),
                            ("empty", "Put nothing in its place"),
                        ],
                        default="error",
                        max_length=10,
                        verbose_name="when a template's parameter is missing",
                    ),
                ),
                (
                    "max_delay_days",
                    models.PositiveIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="longest delay of a delayed send (days)",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("operator", "Operator"),
                            ("gateway", "API gateway"),
                            ("cstar", "CSTAR"),
                        ],
                        default="operator",
                        max_length=10,
                        verbose_name="registered by",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        verbose_name="id in the registering system",
                    ),
                ),
                (
                    "links",
                    models.JSONField(blank=True, default=dict, verbose_name="links"),
                ),
                (
                    "gateway_consumer",
                    models.CharField(
                        blank=True,
                        default=None,
                        help_text="The X-Consumer-ID or X-Consumer-Username that means this tenant.",
                        max_length=200,
                        null=True,
                        unique=True,
                        verbose_name="gateway consumer",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
            ],
            options={
                "verbose_name": "tenant",
                "verbose_name_plural": "tenants",
                "ordering": ("name", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("requests_per_minute_live__range", (1, 1000000)),
                            ("requests_per_minute_live__isnull", True),
                            _connector="OR",
                        ),
                        name="tenant_requests_per_minute_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("requests_per_minute_test__range", (1, 1000000)),
                            ("requests_per_minute_test__isnull", True),
                            _connector="OR",
                        ),
                        name="tenant_requests_per_minute_test",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("idempotency_window_seconds__range", (0, 604800)),
                            ("idempotency_window_seconds__isnull", True),
                            _connector="OR",
                        ),
                        name="tenant_idempotency_window_seconds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("content_retention_days__range", (0, 3650)),
                            ("content_retention_days__isnull", True),
                            _connector="OR",
                        ),
                        name="tenant_content_retention_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("metadata_retention_days__range", (1, 3650)),
                            ("metadata_retention_days__isnull", True),
                            _connector="OR",
                        ),
                        name="tenant_metadata_retention_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_delay_days__range", (0, 366)),
                            ("max_delay_days__isnull", True),
                            _connector="OR",
                        ),
                        name="tenant_max_delay_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("slug", ""), _negated=True),
                        ),
                        name="tenant_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gateway_consumer", ""), _negated=True),
                        name="tenant_consumer_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("missing_params__in", ["error", "empty"])),
                        name="tenant_missing_params",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source__in", ["operator", "gateway", "cstar"])
                        ),
                        name="tenant_source",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="tenant_external_id_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                ("kind", models.CharField(max_length=50, verbose_name="kind")),
                (
                    "data",
                    notify_project.db.encryption.SealedJSONField(verbose_name="data"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "handled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="handled"),
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
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True)),
                        fields=["id"],
                        name="notice_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "Administrator"),
                            ("designer", "Designer"),
                            ("support", "Support"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
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
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "user"), name="membership_once_per_tenant"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["admin", "designer", "support"])
                        ),
                        name="membership_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JwtIssuer",
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
                (
                    "issuer",
                    models.CharField(max_length=500, verbose_name="issuer (iss)"),
                ),
                (
                    "audience",
                    models.CharField(max_length=500, verbose_name="audience (aud)"),
                ),
                (
                    "claim",
                    models.CharField(
                        choices=[
                            ("azp", "azp"),
                            ("client_id", "client_id"),
                            ("sub", "sub"),
                        ],
                        default="azp",
                        max_length=20,
                        verbose_name="claim that names the caller",
                    ),
                ),
                (
                    "claim_value",
                    models.CharField(
                        max_length=200, verbose_name="value of that claim"
                    ),
                ),
                (
                    "algorithm",
                    models.CharField(
                        choices=[
                            ("RS256", "RS256 (public key from the JWKS address)"),
                            ("ES256", "ES256 (public key from the JWKS address)"),
                            ("HS256", "HS256 (shared secret)"),
                        ],
                        default="RS256",
                        help_text="Tokens that claim another algorithm are refused.",
                        max_length=10,
                        verbose_name="algorithm",
                    ),
                ),
                (
                    "jwks_url",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="JWKS address"
                    ),
                ),
                (
                    "shared_secret",
                    notify_project.db.encryption.SealedTextField(
                        blank=True, default="", verbose_name="shared secret"
                    ),
                ),
                (
                    "key_type",
                    models.CharField(
                        choices=[
                            ("live", "Live: sends to everybody"),
                            ("test", "Test: never reaches a provider"),
                        ],
                        default="live",
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                (
                    "scopes",
                    models.JSONField(
                        default=tenants.models.credentials.default_scopes,
                        validators=[tenants.models.credentials.validate_scopes],
                        verbose_name="scopes",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
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
                "verbose_name": "token issuer",
                "verbose_name_plural": "token issuers",
                "ordering": ("issuer", "claim_value", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "claim", "claim_value"),
                        name="jwt_issuer_claim_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issuer", ""), _negated=True),
                            models.Q(("audience", ""), _negated=True),
                            models.Q(("claim_value", ""), _negated=True),
                        ),
                        name="jwt_issuer_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("algorithm", "HS256"), ("jwks_url", "")),
                            models.Q(
                                ("algorithm__in", ["RS256", "ES256"]),
                                models.Q(("jwks_url", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="jwt_issuer_algorithm",
                        violation_error_message="RS256 and ES256 need a JWKS address; HS256 needs none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("claim__in", ["azp", "client_id", "sub"])),
                        name="jwt_issuer_claim",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key_type__in", ["live", "test"])),
                        name="jwt_issuer_key_type",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
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
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="at"
                    ),
                ),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("user", "User"),
                            ("key", "API key"),
                            ("system", "System"),
                        ],
                        max_length=10,
                        verbose_name="who",
                    ),
                ),
                (
                    "actor_id",
                    models.UUIDField(blank=True, null=True, verbose_name="actor's id"),
                ),
                ("actor_label", models.CharField(max_length=300, verbose_name="actor")),
                ("action", models.CharField(max_length=50, verbose_name="action")),
                (
                    "object_type",
                    models.CharField(max_length=100, verbose_name="type of object"),
                ),
                (
                    "object_id",
                    models.CharField(max_length=100, verbose_name="object's id"),
                ),
                (
                    "object_label",
                    models.CharField(max_length=300, verbose_name="object"),
                ),
                ("changes", models.JSONField(default=dict, verbose_name="changes")),
                (
                    "tenant",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.tenant",
                        verbose_name="tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["tenant", "-id"], name="audit_by_tenant"),
                    models.Index(
                        fields=["object_type", "object_id", "-id"],
                        name="audit_by_object",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
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
                (
                    "key_type",
                    models.CharField(
                        choices=[
                            ("live", "Live: sends to everybody"),
                            ("test", "Test: never reaches a provider"),
                        ],
                        default="live",
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                (
                    "prefix",
                    models.CharField(
                        editable=False,
                        help_text="The readable part of the key, after its type.",
                        max_length=8,
                        unique=True,
                        verbose_name="key id",
                    ),
                ),
                ("secret_hash", models.BinaryField()),
                (
                    "scopes",
                    models.JSONField(
                        default=tenants.models.credentials.default_scopes,
                        validators=[tenants.models.credentials.validate_scopes],
                        verbose_name="scopes",
                    ),
                ),
                (
                    "allowed_addresses",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='A list such as ["203.0.113.0/24"]. Empty: from anywhere.',
                        validators=[tenants.models.credentials.validate_networks],
                        verbose_name="allowed IP addresses",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="revoked"
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last used"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
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
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ("-created_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key_type__in", ["live", "test"])),
                        name="api_key_type",
                    )
                ],
            },
        ),
    ]
