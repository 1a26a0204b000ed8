"""Published figures are everybody's to read, and the directorate's and the system's to write."""

from django.db import migrations

GUARD = """
CREATE POLICY published_read ON grants_publishedfigure FOR SELECT USING (true);
CREATE POLICY directorate ON grants_publishedfigure USING (
    (SELECT povertyplan_reads_published()
        OR coalesce(current_setting('povertyplan.municipalities', true) = 'all', false))
);
ALTER TABLE grants_publishedfigure ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""
GUARD_BACK = """
ALTER TABLE grants_publishedfigure DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
DROP POLICY published_read ON grants_publishedfigure;
DROP POLICY directorate ON grants_publishedfigure;
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0010_funding_version")]
    operations = [migrations.RunSQL(GUARD, GUARD_BACK)]
