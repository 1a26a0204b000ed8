"""Row-level security of the vault, its composite keys, and the audit without a word of what it says of people."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from families.schema import OPEN, CompositeKey, CreateVaultFunctions, Vault, VaultLog
from organisation.schema import APP_ROLE, Audited, WriteOnce

# Columns that no log may hold: those the models call sensitive (tests/families/test_privacy.py holds the two together).
HIDDEN = {
    "family": ("public_id", "zone_id", "protected", "closed_reason"),
    "member": ("first_name", "birth_year", "role", "is_guardian", "left_on"),
    "teammember": (),
    "participation": ("started_on", "ended_on"),
    "consent": ("member_id", "reason", "topics", "form", "note"),
    "consentservice": ("consent_id", "unit_id"),
    "need": ("subject_id", "words", "need", "life_area", "said_on", "met_on"),
    "needrating": ("value", "rated_on", "year", "half"),
    "support": ("subject_id", "kind", "what", "given_on", "mode", "agreed_with_id", "proposal_id"),
    "familyoutcome": ("subject_id", "note", "happened_on"),
    "decision": (
        "subject_id", "kind", "scheme", "title", "service_id", "starts_on", "ends_on", "conditions", "amount", "rhythm",
        "pay_day",
    ),
    "contact": ("subject_id", "kind", "happened_on", "text", "next_step", "next_on", "done_on"),
    "voicelink": ("token_sha256", "language"),
    "voiceanswer": ("helpful", "matters", "wants_contact", "language", "answered_on"),
    "emergencyaccess": ("reason",),
    "insightrequest": ("member_id", "document_id"),
}  # fmt: skip
PURPOSE = {
    "consent": "consent",
    "consentservice": "consent",
    "support": "support",
    "voicelink": "voice",
    "voiceanswer": "voice",
}
OF_UNIT = (
    "family", "member", "teammember", "participation", "consent", "consentservice", "need", "support", "familyoutcome",
    "decision", "contact", "voicelink", "emergencyaccess", "insightrequest",
)  # fmt: skip
OF_MEMBER = {
    "consent": ("member_id",), "insightrequest": ("member_id",), "need": ("subject_id",), "decision": ("subject_id",),
    "support": ("subject_id", "agreed_with_id"), "familyoutcome": ("subject_id",), "contact": ("subject_id",),
}  # fmt: skip
MINE = "user_id = (SELECT povertyplan_reader())"


def policies() -> list[Vault]:
    special = {
        # What the system notes of a family whose time for a purpose is out: which, and how many they were.
        "family": {"family": "id", "changed": f"povertyplan_reader() IS NULL AND id = {OPEN}"},
        # One knows which families one works with.
        "teammember": {"seen": MINE},
        # Whoever used an emergency access and her leader see that it was used, without opening the family.
        "emergencyaccess": {
            "seen": f"{MINE} OR povertyplan_leads(unit_id)", "changed": f"{MINE} OR povertyplan_leads(unit_id)",
        },
    }  # fmt: skip
    return [
        Vault(f"families_{name}", PURPOSE.get(name, "follow_up"), **special.get(name, {})) for name in sorted(HIDDEN)
    ]


def keys() -> list[CompositeKey]:
    own_family = [
        CompositeKey(f"families_{name}", "family_id", "families_family", "municipality_id")
        for name in sorted(HIDDEN) if name != "family"
    ]  # fmt: skip
    units = [
        CompositeKey(f"families_{name}", "unit_id", "organisation_unit", "municipality_id") for name in sorted(OF_UNIT)
    ]
    members = [
        CompositeKey(f"families_{name}", column, "families_member", "family_id")
        for name, columns in sorted(OF_MEMBER.items())
        for column in columns
    ]
    return [
        *own_family,
        *units,
        *members,
        CompositeKey("families_decision", "service_id", "organisation_unit", "municipality_id"),
        CompositeKey("families_family", "zone_id", "organisation_livingconditionzone", "municipality_id"),
        CompositeKey("families_participation", "sub_project_id", "grants_subproject", "municipality_id"),
        CompositeKey("families_familyoutcome", "sub_project_id", "grants_subproject", "municipality_id"),
        CompositeKey("families_consentservice", "consent_id", "families_consent", "family_id"),
        CompositeKey("families_needrating", "need_id", "families_need", "family_id"),
        CompositeKey("families_voiceanswer", "link_id", "families_voicelink", "family_id"),
    ]


def never_written(table: str) -> RunSQL:
    """Rows that only a function of the database makes."""
    return RunSQL(f"REVOKE INSERT ON {table} FROM {APP_ROLE};", f"GRANT INSERT ON {table} TO {APP_ROLE};")


def erasable(table: str) -> RunSQL:
    """Written once, but not for ever: what may go, and when, is the policy's matter."""
    return RunSQL(f"GRANT DELETE ON {table} TO {APP_ROLE};", RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0001_initial"), ("organisation", "0007_read_log"), ("grants", "0003_audit"),
    ]  # fmt: skip
    operations = [
        CreateVaultFunctions(),
        *policies(),
        VaultLog(),
        *keys(),
        *(Audited(f"families_{name}", without=columns) for name, columns in HIDDEN.items()),
        Audited("families_retentionrule"),
        WriteOnce("families_consent", but=("withdrawn_at", "withdrawn_by_id")),
        erasable("families_consent"),
        *(never_written(f"families_{name}") for name in ("emergencyaccess", "voiceanswer")),
        WriteOnce("families_emergencyaccess", but=("ended_at", "seen_by_id", "seen_at")),
        erasable("families_emergencyaccess"),
    ]
