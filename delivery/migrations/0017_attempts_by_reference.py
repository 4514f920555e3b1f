from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0016_report_names"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("provider_ref", ""), _negated=True),
                fields=["account", "provider_ref"],
                name="attempt_ref",
            ),
        ),
    ]
