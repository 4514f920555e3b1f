from django.db import migrations

_MODELS = ("SystemDefaults", "TenantDefaults")


def seal(apps, schema_editor):
    """Recipients and params may stand in them now, and are people's data."""
    for row in _rows(apps):
        row.values = row.plain_values
        row.save(update_fields=["values"])


def unseal(apps, schema_editor):
    for row in _rows(apps):
        row.plain_values = row.values
        row.save(update_fields=["plain_values"])


def _rows(apps):
    for name in _MODELS:
        yield from apps.get_model("events", name).objects.all()


class Migration(migrations.Migration):
    dependencies = [("events", "0011_defaults_like_events")]

    operations = [migrations.RunPython(seal, unseal)]
