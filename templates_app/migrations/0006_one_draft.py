from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("templates_app", "0005_versions_were_published"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at__isnull", True)),
                fields=("template",),
                name="template_version_one_draft",
            ),
        ),
    ]
