from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0006_expunging")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="removed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=models.Index(
                condition=models.Q(("removed_at__isnull", False)),
                fields=["removed_at"],
                name="endpoint_removed",
            ),
        ),
        migrations.RemoveConstraint("endpoint", "endpoint_once_per_kind"),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("kind", "events"), _negated=True),
                    ("removed_at__isnull", True),
                ),
                fields=("tenant", "kind"),
                name="endpoint_once_per_kind",
            ),
        ),
        migrations.RemoveConstraint("endpoint", "endpoint_named_once"),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", "named"), ("removed_at__isnull", True)),
                fields=("tenant", "url"),
                name="endpoint_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_at__isnull", True), ("active", False), _connector="OR"
                ),
                name="endpoint_removed_is_off",
            ),
        ),
    ]
