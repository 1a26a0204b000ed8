from django.db import migrations

from organisation.schema import Audited, CreateAuditTrigger


class Migration(migrations.Migration):
    dependencies = [("organisation", "0002_initial")]
    operations = [
        CreateAuditTrigger(),
        Audited("organisation_municipality"),
        Audited("organisation_livingconditionzone"),
        Audited("organisation_unit"),
        Audited("organisation_user", without=("password", "last_login")),
        Audited("organisation_membership"),
    ]
