from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("callbacks", "0009_failed_callbacks"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="retryschedule",
            options={
                "verbose_name": "retry schedule",
                "verbose_name_plural": "retry schedule",
            },
        ),
    ]
