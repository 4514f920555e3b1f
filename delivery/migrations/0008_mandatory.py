from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0007_counts_by_template_and_provider"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="mandatory",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="mandatory",
            ),
        ),
    ]
