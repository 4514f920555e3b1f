"""Messages change some four times each: vacuum them sooner than PostgreSQL would.

Its default waits until a fifth of the table is dead; the claims of a busy day would
meanwhile walk over every row that has gone.
"""

from django.db import migrations

PARAMETERS = {
    "fillfactor": "85",
    "autovacuum_vacuum_scale_factor": "0.02",
    "autovacuum_vacuum_cost_delay": "0",
}


def _alter(schema_editor, clause):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE delivery_message {clause}")


def set_parameters(apps, schema_editor):
    given = ", ".join(f"{name} = {value}" for name, value in PARAMETERS.items())
    _alter(schema_editor, f"SET ({given})")


def reset_parameters(apps, schema_editor):
    _alter(schema_editor, f"RESET ({', '.join(PARAMETERS)})")


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_repeat")]

    operations = [migrations.RunPython(set_parameters, reset_parameters)]
