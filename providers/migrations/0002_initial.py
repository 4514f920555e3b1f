"""Nothing is left to do here: 0001 makes each table whole, which is quicker.

Its name stays for databases that have it.
"""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("providers", "0001_initial")]
    operations = []
