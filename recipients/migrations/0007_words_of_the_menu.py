from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0006_lists_of_services"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="suppression",
            options={
                "ordering": ["-created_at", "-id"],
                "verbose_name": "suppressed address",
                "verbose_name_plural": "suppression list",
            },
        ),
    ]
