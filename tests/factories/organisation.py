import datetime
import hashlib
import io
from typing import Any

import factory
from django.db.models.functions import Now
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from organisation import documents, notice_kinds
from organisation.domain.units import create_unit
from organisation.models import (
    Document,
    DocumentJob,
    LivingConditionZone,
    LogoType,
    Membership,
    Municipality,
    MunicipalityLogo,
    Notice,
    OutgoingMail,
    Role,
    Unit,
    UnitKind,
    User,
)

PASSWORD = "prøvepassord for tester"
TEST_KIND = "test"
documents.register(TEST_KIND, template="pdf/base.html")
notice_kinds.register(TEST_KIND, label="Prøver", explanation="", roles=[], kinds=[TEST_KIND])


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    name = factory.Sequence(lambda n: f"Prøvevik {n}")
    number = factory.Sequence(lambda n: f"{n % 10000:04}")
    region = "Prøveregionen"


def picture(kind: str = "PNG", size: tuple[int, int] = (120, 60), mode: str = "RGB") -> bytes:
    """A picture as a file of that kind."""
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


class LogoFactory(DjangoModelFactory):
    class Meta:
        model = MunicipalityLogo

    municipality = factory.SubFactory(MunicipalityFactory)
    image = factory.LazyFunction(picture)
    content_type = LogoType.PNG
    sha256 = factory.LazyAttribute(lambda logo: hashlib.sha256(logo.image).hexdigest())
    width, height = 120, 60


class ZoneFactory(DjangoModelFactory):
    class Meta:
        model = LivingConditionZone

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Sone {n}")


class UnitFactory(DjangoModelFactory):
    """Made by the domain function, which knows the tree. Under a `parent` it has the parent's municipality."""

    class Meta:
        model = Unit

    parent: Any = None
    municipality = factory.LazyAttribute(
        lambda unit: unit.parent.municipality if unit.parent else MunicipalityFactory()
    )
    name = factory.Sequence(lambda n: f"Enhet {n}")
    kind = UnitKind.MUNICIPAL

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Unit:
        return create_unit(by=None, **kwargs)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Prøve Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@prove.example")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(**kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.CASEWORKER
    valid_from = datetime.date(2000, 1, 1)


class NoticeFactory(DjangoModelFactory):
    """An unread notice, to somebody without a role unless a `user` is given. It awaits no mail."""

    class Meta:
        model = Notice

    user = factory.SubFactory(UserFactory)
    kind = "test"
    key = factory.Sequence(lambda n: f"test:{n}")
    text = factory.Sequence(lambda n: f"Påminnelse nummer {n}.")
    url_path = "/"


class OutgoingMailFactory(DjangoModelFactory):
    """Today's mail, queued, with nothing in it yet: give a NoticeFactory the `mail`."""

    class Meta:
        model = OutgoingMail

    user = factory.LazyFunction(lambda: make_member(Role.CASEWORKER))
    day = factory.LazyFunction(timezone.localdate)


class DocumentFactory(DjangoModelFactory):
    """A document that is not made yet, of a kind that only the tests know. Without a job; see DocumentJobFactory."""

    class Meta:
        model = Document

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = TEST_KIND
    title = factory.Sequence(lambda n: f"Prøvedokument {n}")
    content = factory.LazyAttribute(lambda document: {"title": document.title} if document.kind == TEST_KIND else None)


class DocumentJobFactory(DjangoModelFactory):
    class Meta:
        model = DocumentJob

    document = factory.SubFactory(DocumentFactory)
    queued_at = factory.LazyFunction(Now)


def make_member(role: Role, unit: Unit | None = None, **user: Any) -> User:
    """A user with one role; in a unit of a new municipality unless one is given (analysts stand outside them)."""
    if unit is None:
        unit = UnitFactory(municipality=None) if role == Role.ANALYST else UnitFactory()
    return MembershipFactory(role=role, unit=unit, user=UserFactory(**user)).user
