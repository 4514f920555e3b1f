from django.db import migrations
from django.db.models import F


def publish(apps, schema_editor):
    """Until now each version was published as soon as it was written."""
    versions = apps.get_model("templates_app", "TemplateVersion").objects
    versions.filter(published_at__isnull=True).update(
        published_at=F("created_at"), published_by=F("created_by")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("templates_app", "0004_version_published_at"),
    ]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
