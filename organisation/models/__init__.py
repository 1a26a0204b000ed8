from organisation.models.audit import AuditEntry
from organisation.models.base import PublicId, Versioned, new_public_id
from organisation.models.comment import Comment, CommentFile, CommentMention
from organisation.models.document import Document, DocumentJob, JobState
from organisation.models.log_chain import ChainLink, Log, UnlinkedRow
from organisation.models.logo import LogoType, MunicipalityLogo
from organisation.models.municipality import Accent, LivingConditionZone, Municipality
from organisation.models.notice import MailFailure, MailState, Notice, OutgoingMail
from organisation.models.read_log import ReadBasis, ReadEntry
from organisation.models.unit import Unit, UnitKind, within
from organisation.models.user import (
    CASE_ROLES,
    LEADERSHIP_ROLES,
    LOGGING_ROLES,
    MailRhythm,
    Membership,
    Role,
    User,
)

__all__ = [
    "CASE_ROLES",
    "LEADERSHIP_ROLES",
    "LOGGING_ROLES",
    "Accent",
    "AuditEntry",
    "ChainLink",
    "Comment",
    "CommentFile",
    "CommentMention",
    "Document",
    "DocumentJob",
    "JobState",
    "LivingConditionZone",
    "Log",
    "LogoType",
    "MailFailure",
    "MailRhythm",
    "MailState",
    "Membership",
    "Municipality",
    "MunicipalityLogo",
    "Notice",
    "OutgoingMail",
    "PublicId",
    "ReadBasis",
    "ReadEntry",
    "Role",
    "Unit",
    "UnitKind",
    "UnlinkedRow",
    "User",
    "Versioned",
    "new_public_id",
    "within",
]
