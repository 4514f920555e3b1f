from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0012_seal_defaults")]

    operations = [
        migrations.RemoveField("systemdefaults", "plain_values"),
        migrations.RemoveField("tenantdefaults", "plain_values"),
    ]
