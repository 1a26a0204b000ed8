import datetime
from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.models.base import PublicId, Versioned
from organisation.models.ordering import by_name
from organisation.models.unit import Unit


class Role(models.TextChoices):
    CASEWORKER = "caseworker", _("Saksbehandler")
    UNIT_LEADER = "unit_leader", _("Enhetsleder")
    PROJECT_LEAD = "project_lead", _("Prosjektleder")
    COORDINATOR = "coordinator", _("Plankoordinator")
    STEERING_GROUP = "steering_group", _("Medlem av styringsgruppa")
    PARTNER = "partner", _("Partner i delprosjekt")
    JUROR = "juror", _("Jurymedlem")
    BOARD_MEMBER = "board_member", _("Medlem av formannskapet")
    ANALYST = "analyst", _("Analytiker i direktoratet")
    ADMINISTRATOR = "administrator", _("Administrator")


# Who works with plans and measures. Board members and analysts read published reports, administrators no case data.
CASE_ROLES = (Role.CASEWORKER, Role.UNIT_LEADER, Role.PROJECT_LEAD, Role.COORDINATOR)
LOGGING_ROLES = (Role.CASEWORKER, Role.UNIT_LEADER, Role.PROJECT_LEAD)
# Who leads the municipality's calls and sub-projects: makes them, concludes reviews, approves payments.
LEADERSHIP_ROLES = (Role.PROJECT_LEAD, Role.COORDINATOR)


class MailRhythm(models.TextChoices):
    """How often a person's notices come by e-mail."""

    DAILY = "daily", _("Hver dag jeg har fått noe nytt")
    WEEKLY = "weekly", _("Hver mandag, samlet for uka")
    NEVER = "never", _("Aldri")


class UserQuerySet(models.QuerySet["User"]):
    def at_work(self, on: datetime.date) -> "UserQuerySet":
        """Those who may log in and have a role on a day: whom it makes sense to remind of something."""
        return self.filter(Exists(Membership.objects.active(on).filter(user=OuterRef("pk"))), is_active=True)

    def working_in(self, municipality_id: int, roles: Collection[str], on: datetime.date) -> "UserQuerySet":
        """Those who may log in and have one of the roles in a municipality on a day."""
        seats = Membership.objects.active(on).filter(
            user=OuterRef("pk"), role__in=roles, unit__municipality=municipality_id
        )
        return self.filter(Exists(seats), is_active=True)

    def editable_by(self, user: "User") -> "UserQuerySet":
        """The users that an administrator answers for: those with a membership in the municipality, now or before."""
        here = Membership.objects.editable_by(user)
        return self.filter(Exists(here.filter(user=OuterRef("pk"))))

    def account_editable_by(self, user: "User", on: datetime.date) -> "UserQuerySet":
        """The users whose name, access and password an administrator may change.

        Not those with a role in another municipality too: whoever sets a password can log in with it, and would
        reach the other municipality's data.
        """
        here = user.administered_municipality_ids()
        elsewhere = Membership.objects.not_ended(on).filter(user=OuterRef("pk")).exclude(unit__municipality__in=here)
        return self.editable_by(user).filter(~Exists(elsewhere))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str) -> "User":
        user: User = self.get(email=username.strip().lower())
        return user


class User(AbstractBaseUser, PublicId, Versioned):
    """A person who logs in. What she may do follows from her memberships of the day."""

    email = models.EmailField(_("e-postadresse"))
    name = models.CharField(_("navn"), max_length=150)
    is_active = models.BooleanField(_("kan logge inn"), default=True)
    # A password that somebody else gave opens only that somebody's municipality; see domain/users.py.
    password_is_own = models.BooleanField(default=False, editable=False)
    language = models.CharField(_("språk"), max_length=5, blank=True)
    mail_rhythm = models.CharField(_("varsler på e-post"), max_length=10, choices=MailRhythm, default=MailRhythm.DAILY)
    # Groups of notices (organisation/notice_kinds.py) that she wants no mail about; a group that comes later is on.
    muted_mail_groups = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    # The introduction on her first page; empty until she has closed it.
    hint_closed_at = models.DateTimeField(null=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("bruker")
        verbose_name_plural = _("brukere")
        ordering = [by_name()]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="user_email_unique",
                violation_error_message=_("Det finnes allerede en bruker med denne e-postadressen."),
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def current_memberships(self) -> "list[Membership]":
        """Today's memberships, read once per request."""
        return list(self.memberships.active(timezone.localdate()).select_related("unit__municipality"))

    @cached_property
    def unread_notices(self) -> int:
        """The number beside the bell, counted once per request, and only where a page shows it."""
        return self.notices.filter(read_at=None).count()

    def has_role(self, *roles: str) -> bool:
        return any(membership.role in roles for membership in self.current_memberships)

    def municipality_ids(self, *roles: str) -> set[int]:
        """The municipalities in which the user has one of the roles (any role when none is named)."""
        return {
            membership.unit.municipality_id
            for membership in self.current_memberships
            if membership.unit.municipality_id and (not roles or membership.role in roles)
        }

    def case_municipality_ids(self) -> set[int]:
        return self.municipality_ids(*CASE_ROLES)

    def coordinated_municipality_ids(self) -> set[int]:
        return self.municipality_ids(Role.COORDINATOR)

    def administered_municipality_ids(self) -> set[int]:
        return self.municipality_ids(Role.ADMINISTRATOR)

    def unit_paths(self, *roles: str) -> list[str]:
        """The paths of the units in which the user has one of the roles."""
        return sorted({m.unit.path for m in self.current_memberships if m.role in roles})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, on: datetime.date) -> "MembershipQuerySet":
        return self.not_ended(on).filter(valid_from__lte=on)

    def not_ended(self, on: datetime.date) -> "MembershipQuerySet":
        """Those of the day, and those that start later."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def editable_by(self, user: "User") -> "MembershipQuerySet":
        return self.filter(unit__municipality__in=user.administered_municipality_ids())


class Membership(PublicId, Versioned):
    """A user's role in a unit, from a day to a day (both included). Roles reach down the tree of units."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("rolle"), max_length=20, choices=Role)
    valid_from = models.DateField(_("fra"))
    valid_to = models.DateField(_("til"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("medlemskap")
        verbose_name_plural = _("medlemskap")
        ordering = [by_name("unit__name"), "role", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from") - datetime.timedelta(days=1)),
                name="membership_ends_after_start",
                violation_error_message=_("Sluttdatoen er før startdatoen."),
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role", "valid_from"],
                name="membership_unique",
                violation_error_message=_("Brukeren har allerede denne rollen fra denne datoen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit}"
