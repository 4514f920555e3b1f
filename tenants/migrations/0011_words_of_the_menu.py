from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0010_identities"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="auditentry",
            options={
                "ordering": ("-id",),
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit",
            },
        ),
        migrations.AlterModelOptions(
            name="membership",
            options={"verbose_name": "membership", "verbose_name_plural": "members"},
        ),
        migrations.AlterModelOptions(
            name="user",
            options={"verbose_name": "user", "verbose_name_plural": "people"},
        ),
    ]
