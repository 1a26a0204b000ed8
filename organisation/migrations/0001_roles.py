from django.db import migrations

from organisation.schema import CreateRoles


class Migration(migrations.Migration):
    """Comes before every table, so that each is made by the owner and given to the application's role as rows only."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("sessions", "0001_initial"),
        ("axes", "0001_initial"),
    ]
    operations = [CreateRoles()]
