from families.models.access import EMERGENCY_HOURS, EmergencyAccess, InsightRequest
from families.models.base import InFamily, VaultRow
from families.models.consent import Consent, ConsentForm, ConsentPurpose, ConsentService
from families.models.contact import Contact, ContactKind
from families.models.decision import Decision, DecisionKind, Rhythm, Scheme
from families.models.family import TEAM_ROLES, ClosingReason, Family
from families.models.member import Member, MemberRole
from families.models.need import BASIC_NEEDS, COMPLEX_NEEDS, FamilyNeed, HowIsIt, LifeArea, Need, NeedRating
from families.models.participation import Participation
from families.models.privacy import Privacy, Purpose, Topic
from families.models.retention import RetentionRule
from families.models.support import FamilyOutcome, ResultKind, Support, SupportKind
from families.models.team import TeamMember
from families.models.voice import Helpful, LinkState, VoiceAnswer, VoiceLanguage, VoiceLink

__all__ = [
    "BASIC_NEEDS",
    "COMPLEX_NEEDS",
    "EMERGENCY_HOURS",
    "TEAM_ROLES",
    "ClosingReason",
    "Consent",
    "ConsentForm",
    "ConsentPurpose",
    "ConsentService",
    "Contact",
    "ContactKind",
    "Decision",
    "DecisionKind",
    "EmergencyAccess",
    "Family",
    "FamilyNeed",
    "FamilyOutcome",
    "Helpful",
    "HowIsIt",
    "InFamily",
    "InsightRequest",
    "LifeArea",
    "LinkState",
    "Member",
    "MemberRole",
    "Need",
    "NeedRating",
    "Participation",
    "Privacy",
    "Purpose",
    "ResultKind",
    "RetentionRule",
    "Rhythm",
    "Scheme",
    "Support",
    "SupportKind",
    "TeamMember",
    "Topic",
    "VaultRow",
    "VoiceAnswer",
    "VoiceLanguage",
    "VoiceLink",
]
