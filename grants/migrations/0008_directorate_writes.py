"""What the directorate writes of all grants: which unit of before is which of today, and that a report is due again."""

from django.db import migrations

from organisation.schema_municipality import WriteWhenPublished

# The report was sent back: domain/grant_state.py. Nothing of a grant whose report hasn't been sent.
REPORTED_HERE = "scheme_id IN (SELECT s.id FROM grants_grantscheme s WHERE s.reported_here)"
DUE_AGAIN = f"""
CREATE POLICY due_again ON grants_grant FOR UPDATE
USING ((SELECT povertyplan_reads_published()) AND state IN ('reported', 'closed') AND {REPORTED_HERE})
WITH CHECK ((SELECT povertyplan_reads_published()) AND state = 'granted' AND {REPORTED_HERE});
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0007_guard_grants_received")]
    operations = [
        WriteWhenPublished("grants_reportingunit", "UPDATE", "true"),
        migrations.RunSQL(DUE_AGAIN, "DROP POLICY due_again ON grants_grant;"),
    ]
