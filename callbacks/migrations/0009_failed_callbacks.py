from django.db import migrations, models

_NOT_TOLD = models.Q(("state__in", ("failed", "dead")))


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0008_unused_endpoints")]

    operations = [
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=_NOT_TOLD,
                fields=["tenant", "-created_at", "-id"],
                name="callback_failed",
            ),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=_NOT_TOLD,
                fields=["endpoint", "created_at", "id"],
                name="callback_failed_of",
            ),
        ),
    ]
