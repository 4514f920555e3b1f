"""One sandbox of the system per channel: test keys and simulated recipients go there."""

from django.db import migrations

SANDBOXES = (
    ("email", "email.sandbox"),
    ("sms", "sms.sandbox"),
    ("msgApp", "msgapp.sandbox"),
)


def add(apps, schema_editor):
    account = apps.get_model("providers", "Account")
    for channel, provider in SANDBOXES:
        account.objects.get_or_create(
            tenant=None,
            channel=channel,
            provider=provider,
            defaults={"name": "Sandbox", "priority": 100},
        )


def remove(apps, schema_editor):
    account = apps.get_model("providers", "Account")
    keys = [provider for _, provider in SANDBOXES]
    account.objects.filter(tenant=None, provider__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_initial")]

    operations = [migrations.RunPython(add, remove)]
