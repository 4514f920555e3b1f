from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0013_defaults_are_sealed"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="callbackdefaults",
            options={
                "verbose_name": "default callback",
                "verbose_name_plural": "default callback",
            },
        ),
        migrations.AlterModelOptions(
            name="tenantdefaults",
            options={
                "verbose_name": "tenant default",
                "verbose_name_plural": "defaults",
            },
        ),
    ]
