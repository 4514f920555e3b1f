import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0007_removed_endpoints")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="used_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False
            ),
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=models.Index(
                condition=models.Q(
                    ("origin", "named"),
                    ("removed_at__isnull", True),
                    ("updated_at__isnull", True),
                ),
                fields=["tenant", "used_at"],
                name="endpoint_unused",
            ),
        ),
    ]
