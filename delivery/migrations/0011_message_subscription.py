from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0010_fan_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="subscription_id",
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
