"""The database itself refuses to change or delete an audit entry.

On SQLite, a later migration that rebuilds the table drops its triggers: such a
migration must call `add_triggers` again. PostgreSQL keeps them.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "tenants_auditentry"
REFUSAL = "Audit entries are kept as they were written."
FORWARDS = {
    "postgresql": [
        "CREATE FUNCTION tenants_refuse_audit_change() RETURNS trigger "
        "LANGUAGE plpgsql AS $body$ BEGIN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; "
        "END $body$",
        f"CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION tenants_refuse_audit_change()",
    ],
    "sqlite": [
        f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
BACKWARDS = {
    "postgresql": [
        f"DROP TRIGGER audit_append_only ON {TABLE}",
        "DROP FUNCTION tenants_refuse_audit_change()",
    ],
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
}


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create them, in the words of this database."""
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove them."""
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Adds the triggers; reversible."""

    dependencies = [("tenants", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
