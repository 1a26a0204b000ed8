from django.db import migrations

from organisation.schema_municipality import Separated, WhoAsks


class Migration(migrations.Migration):
    """Who belongs where is needed to know what a user may see: municipalities, units and roles have no policy."""

    dependencies = [("organisation", "0013_documents_have_a_municipality")]
    operations = [
        WhoAsks(),
        *(Separated(f"organisation_{name}") for name in ("livingconditionzone", "document")),
    ]
