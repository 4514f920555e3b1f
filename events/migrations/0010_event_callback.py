import notify_project.db.encryption
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0009_images")]

    operations = [
        migrations.AddField(
            model_name="eventversion",
            name="callback",
            field=notify_project.db.encryption.SealedJSONField(null=True),
        ),
    ]
