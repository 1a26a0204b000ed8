"""What an administrator looks at first: how many there are of what, and what needs somebody; one query."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from organisation.models import Membership, Municipality, OutgoingMail, Role, Unit, User
from organisation.models.counting import number_of


@dataclass(frozen=True)
class Administration:
    people: int
    units: int
    without_role: int
    failed_mails: int
    without_logo: int
    without_administrator: int  # other than she herself: nobody to step in

    @property
    def needs_something(self) -> bool:
        return bool(self.failed_mails or self.without_logo or self.without_administrator)


def to_administer(*, by: User, on: datetime.date) -> Administration:
    """Of the municipalities that the user administers, as of a day."""
    towns = Municipality.objects.editable_by(by)
    here = Membership.objects.editable_by(by)
    has_role = Exists(here.not_ended(on).filter(user=OuterRef("pk")))  # as the list of users says it
    another = here.active(on).filter(role=Role.ADMINISTRATOR, user__is_active=True).exclude(user=by)
    people = User.objects.filter(Exists(here.filter(user=OuterRef("pk"))))
    counted = {
        "people": number_of(people.filter(has_role)),
        "units": number_of(Unit.objects.editable_by(by)),
        "without_role": number_of(people.filter(~has_role)),
        "failed_mails": number_of(OutgoingMail.objects.failed_for(by, on)),
        "without_logo": number_of(towns.filter(logo=None)),
        "without_administrator": number_of(towns.filter(~Exists(another.filter(unit__municipality=OuterRef("pk"))))),
    }
    return Administration(**User.objects.filter(pk=by.pk).values(**counted).get())
