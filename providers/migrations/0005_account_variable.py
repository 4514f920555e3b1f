"""Accounts that variables of the environment make say by which."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("providers", "0004_services")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="variable",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="The variable of the environment that makes this account.",
                max_length=60,
                verbose_name="environment variable",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("variable", ""), _negated=True),
                fields=("variable",),
                name="account_of_variable",
            ),
        ),
    ]
