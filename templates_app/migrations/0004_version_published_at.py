from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("templates_app", "0003_template_locale"),
    ]

    operations = [
        migrations.AddField(
            model_name="templateversion",
            name="published_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="published"
            ),
        ),
        migrations.AddField(
            model_name="templateversion",
            name="published_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
