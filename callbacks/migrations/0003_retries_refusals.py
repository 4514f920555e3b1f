from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0002_recovery")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="retries_refusals",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Off: an answer such as 400 or 403 ends a callback. On: it is "
                    "tried again as after any other failure."
                ),
                verbose_name="refusals are tried again",
            ),
        ),
    ]
