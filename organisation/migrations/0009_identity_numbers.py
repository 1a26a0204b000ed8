from django.db import migrations

from organisation.schema import CreateIdentityNumberCheck


class Migration(migrations.Migration):
    """A check for CHECK constraints: does a national identity number stand in a text?"""

    dependencies = [
        ("organisation", "0007_read_log"),
    ]

    operations = [
        CreateIdentityNumberCheck(),
    ]
