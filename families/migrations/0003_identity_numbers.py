"""No national identity number in what people write of a family: the database refuses it, whoever writes."""

from django.db import migrations

from organisation.schema import NoIdentityNumbers

# The columns that the models call texts (tests/families/test_privacy.py holds the two together).
TEXTS = {
    "member": ("first_name",),
    "consent": ("note",),
    "need": ("words",),
    "support": ("what",),
    "familyoutcome": ("note",),
    "decision": ("title", "conditions"),
    "contact": ("text", "next_step"),
    "voiceanswer": ("matters",),
    "emergencyaccess": ("reason",),
}


class Migration(migrations.Migration):
    dependencies = [("families", "0002_vault"), ("organisation", "0009_identity_numbers")]
    operations = [NoIdentityNumbers(f"families_{name}", columns) for name, columns in TEXTS.items()]
