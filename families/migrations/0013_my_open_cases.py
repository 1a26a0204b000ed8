"""How many open cases one is in the team of: the first page says it also where one's services have no next step."""

from pathlib import Path

from django.db import migrations

from organisation.schema import APP_ROLE

FUNCTION = (Path(__file__).parents[1] / "sql" / "my_open_cases.sql").read_text(encoding="utf-8")
SIGNATURE = "povertyplan_my_open_cases(bigint)"
GRANT = f"""
REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("families", "0012_form_keys")]
    operations = [migrations.RunSQL(FUNCTION + GRANT, f"DROP FUNCTION {SIGNATURE};")]
