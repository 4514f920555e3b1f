from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0006_event_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="content",
            name="template",
            field=models.CharField(
                blank=True, db_default="", max_length=200, verbose_name="template"
            ),
        ),
        migrations.RemoveConstraint(
            model_name="dailycount",
            name="daily_count_once",
        ),
        migrations.AddField(
            model_name="dailycount",
            name="gone",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="dailycount",
            name="provider",
            field=models.CharField(
                blank=True, default="", max_length=60, verbose_name="provider"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="dailycount",
            name="template",
            field=models.CharField(
                blank=True, default="", max_length=200, verbose_name="template"
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="dailycount",
            constraint=models.UniqueConstraint(
                fields=(
                    "tenant",
                    "day",
                    "channel",
                    "event_type",
                    "template",
                    "provider",
                    "key_type",
                    "state",
                    "gone",
                ),
                name="daily_count_once",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("content_deleted_at__isnull", True)),
                fields=["tenant", "created_at"],
                name="notification_content",
            ),
        ),
    ]
