"""Accounts rest at the points that they had before resting points were."""

from django.db import migrations
from django.db.models import F


def rest(apps, schema_editor):
    apps.get_model("providers", "Account").objects.update(resting_point=F("weight"))


class Migration(migrations.Migration):
    dependencies = [("providers", "0007_limits_and_points")]

    operations = [migrations.RunPython(rest, migrations.RunPython.noop)]
