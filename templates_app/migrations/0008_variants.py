from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("templates_app", "0007_layouts_and_partials"),
    ]

    operations = [
        migrations.AddField(
            model_name="templateversion",
            name="variants",
            field=models.JSONField(
                blank=True, default=dict, verbose_name="other languages"
            ),
        ),
    ]
