import notify_project.db.encryption
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0008_mandatory"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="recipe",
            field=notify_project.db.encryption.SealedJSONField(null=True),
        ),
    ]
