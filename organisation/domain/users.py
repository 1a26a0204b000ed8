"""Users and their memberships."""

import datetime
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Membership, Role, Unit, User

EMAIL_TAKEN = {
    "user_email_unique": (
        _("Det finnes allerede en bruker med denne e-postadressen. Gi personen en rolle i stedet for en ny bruker."),
        "email",
    )
}
# Django's own texts are not all there in bokmål.
PASSWORD_TEXTS = {
    "password_too_short": _("Passordet er for kort. Bruk minst 12 tegn."),
    "password_too_common": _("Passordet er for vanlig. Velg et annet."),
    "password_entirely_numeric": _("Passordet kan ikke bestå av bare tall."),
    "password_too_similar": _("Passordet ligner for mye på navnet eller e-postadressen."),
}
ALREADY_MEMBER = {"membership_unique": (_("Brukeren har allerede denne rollen fra denne datoen."), "role")}


def create_user(*, name: str, email: str, password: str | None, by: User | None) -> User:
    """Make a user who can't do anything yet; see grant_role. `password` None: no local log-in."""
    if password is not None:
        _check_password(password, User(email=email, name=name))
    with acting(by, "user.create"), refusing(**EMAIL_TAKEN):
        return User.objects.create_user(email=email, name=name, password=password)


def add_user(
    *,
    name: str,
    email: str,
    password: str,
    unit: Unit,
    role: str,
    by: User | None,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
) -> User:
    """Make a user with her first role. Without one she belongs to no municipality, and no administrator finds her."""
    with acting(by, "user.add"):
        user = create_user(name=name, email=email, password=password, by=by)
        grant_role(user=user, unit=unit, role=role, by=by, valid_from=valid_from, valid_to=valid_to)
    return user


def update_user(*, user: User, name: str, is_active: bool, version: int, by: User) -> User:
    """Change a user's name, or shut her out. Nobody shuts herself out."""
    if user == by and not is_active:
        raise DomainError(_("Du kan ikke stenge din egen bruker ute."), "is_active")
    with acting(by, "user.update"):
        user = locked(user, version)
        apply(user, {"name": name, "is_active": is_active})
        user.save()
    return user


def set_password(*, user: User, password: str, by: User) -> User:
    """Give a user a new password. Her sessions end with it, for Django ties them to the password.

    The log hides the password; the version tells that it was changed, by whom and when.
    """
    if user == by:
        raise DomainError(_("Du bytter ditt eget passord under Mine innstillinger."), "password")
    _check_password(password, user)
    return _write_password(user, password, by, "user.password", is_own=False)


def change_own_password(*, user: User, current: str, password: str, by: User) -> User:
    """A new password for oneself, for who knows the one in use."""
    if user != by or not user.check_password(current):
        raise DomainError(_("Det nåværende passordet er feil."), "current")
    _check_password(password, user)
    return _write_password(user, password, by, "user.own_password", is_own=True)


def _write_password(user: User, password: str, by: User, action: str, *, is_own: bool) -> User:
    with acting(by, action):
        user = locked(user, None)
        user.set_password(password)
        user.password_is_own = is_own
        user.save()
    return user


def set_language(*, user: User, language: str, by: User) -> None:
    with acting(by, "user.language"):
        User.objects.filter(pk=user.pk).update(language=language)


def close_hint(*, user: User, at: datetime.datetime, by: User) -> None:
    """She has read the introduction on her first page; it comes no more. Closed again, it keeps its first moment."""
    with acting(by, "user.hint"):
        User.objects.filter(pk=user.pk, hint_closed_at=None).update(hint_closed_at=at)


def set_mail_choice(*, user: User, rhythm: str, muted: Iterable[str], by: User) -> None:
    """How often notices come by e-mail, and which groups of them don't. Mail that waits in the outbox heeds it."""
    with acting(by, "user.mail"):
        User.objects.filter(pk=user.pk).update(mail_rhythm=rhythm, muted_mail_groups=sorted(muted))


def grant_role(
    *,
    user: User,
    unit: Unit,
    role: str,
    by: User | None,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
) -> Membership:
    """Give a role in a unit from a day. An administrator can't give roles to herself (security.md)."""
    if by is not None and by == user:
        raise DomainError(_("Du kan ikke gi deg selv en rolle. Be en annen administrator om det."), "role")
    if valid_to and valid_to < valid_from:
        raise DomainError(_("Sluttdatoen er før startdatoen."), "valid_to")
    if role == Role.ANALYST and unit.municipality_id:
        raise DomainError(_("Rollen som analytiker hører til i direktoratet."), "role")
    with acting(by, "membership.grant"), refusing(**ALREADY_MEMBER):
        return Membership.objects.create(user=user, unit=unit, role=role, valid_from=valid_from, valid_to=valid_to)


def grant_role_by_email(
    *, email: str, unit: Unit, role: str, by: User, valid_from: datetime.date, valid_to: datetime.date | None = None
) -> Membership:
    """Give a role to somebody who has a user already, perhaps elsewhere. Only the whole address finds her.

    Somebody from elsewhere must have chosen her password herself: whoever gave her one could otherwise log in as her
    and read this municipality's data.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise DomainError(
            _("Ingen har bruker med denne adressen. Se etter skrivefeil, eller opprett en ny bruker."), "email"
        )
    if not user.password_is_own and not user.memberships.filter(unit__municipality=unit.municipality).exists():
        raise DomainError(
            _(
                "Personen må først logge inn og bytte til et passord bare hun eller han kjenner, under Mine innstillinger. "
                "Deretter kan du gi rollen."
            ),
            "email",
        )
    return grant_role(user=user, unit=unit, role=role, by=by, valid_from=valid_from, valid_to=valid_to)


def end_membership(*, membership: Membership, last_day: datetime.date, version: int, by: User) -> Membership:
    """Set the last day of a membership. Earlier days stay: who could see what in the past must be answerable.

    The day before the first one means that the role was given by mistake and never holds.
    """
    if membership.user_id == by.pk:
        raise DomainError(_("Du kan ikke endre dine egne roller. Be en annen administrator om det."), "valid_to")
    if last_day < membership.valid_from - datetime.timedelta(days=1):
        raise DomainError(_("Sluttdatoen er før startdatoen."), "valid_to")
    with acting(by, "membership.end"):
        membership = locked(membership, version)
        membership.valid_to = last_day
        membership.save()
    return membership


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        texts = [str(PASSWORD_TEXTS.get(found.code or "", found.messages[0])) for found in error.error_list]
        raise DomainError(" ".join(texts), "password") from error
