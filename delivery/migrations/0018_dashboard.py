from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0017_attempts_by_reference"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dailycount",
            index=models.Index(fields=["day"], name="daily_count_day"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                fields=["-created_at", "-id"],
                name="notification_failed",
                condition=models.Q(("status__in", ["failed", "partially_completed"])),
            ),
        ),
    ]
