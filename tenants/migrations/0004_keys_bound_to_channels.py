from django.db import migrations, models

import tenants.models.credentials


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0003_login_failures"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="channels",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="What it may send over. Empty: every channel.",
                validators=[tenants.models.credentials.validate_channels],
                verbose_name="channels",
            ),
        ),
    ]
