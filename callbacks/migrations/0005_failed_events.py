from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0004_retry_schedule")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="failed_events",
            field=models.PositiveIntegerField(
                default=0, editable=False, verbose_name="events that failed since"
            ),
        ),
        migrations.AddField(
            model_name="endpoint",
            name="event_failed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
