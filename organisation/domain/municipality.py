"""A municipality's own look: the logo its documents begin with, and the colour of its pages."""

import hashlib
import io
import warnings

import puremagic
from django.utils.translation import gettext_lazy as _
from PIL import Image

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import Accent, LogoType, Municipality, MunicipalityLogo, User

LOGO_MAX_BYTES = 200_000
LOGO_MIN_PIXELS, LOGO_MAX_PIXELS = 40, 2000
# One byte each for grey, red, green and blue, with or without transparency. Colours for print (CMYK) don't belong in PDF/A
# beside a profile for screens, and 16 bits a colour are read differently by different programs.
MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
# What each kind ends with. A torn file may still be read by a lenient reader, and its picture is grey below the tear.
ENDS = {LogoType.PNG: b"IEND\xaeB`\x82", LogoType.JPEG: b"\xff\xd9"}
NOT_AN_IMAGE = _("Filen er ikke et bilde som kan brukes. Lagre logoen som PNG eller JPEG, og prøv igjen.")


def set_logo(*, municipality: Municipality, content: bytes, by: User) -> MunicipalityLogo:
    """Give a municipality a logo, instead of the one it has. Documents made before keep theirs."""
    kind, width, height = check_logo(content)
    with acting(by, "municipality.set_logo"):
        _take_away(municipality)
        return MunicipalityLogo.objects.create(
            municipality=municipality,
            image=content,
            content_type=kind,
            sha256=hashlib.sha256(content).hexdigest(),
            width=width,
            height=height,
        )


def remove_logo(*, municipality: Municipality, by: User) -> Municipality:
    """Take the logo away; nothing happens where there is none. Documents made before keep theirs."""
    with acting(by, "municipality.remove_logo"):
        _take_away(municipality)
    return municipality


def set_accent(*, municipality: Municipality, accent: str, by: User) -> Municipality:
    """Choose the colour of buttons and links, for everybody who works in the municipality."""
    with acting(by, "municipality.set_accent"):
        town = Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
        town.accent = Accent(accent)
        town.save(update_fields=["accent"])
    return town


def logo_of(municipality: Municipality | None) -> str:
    """The logo as a data: URI, to be frozen in what a document is made from. Empty where there is none."""
    logo = MunicipalityLogo.objects.filter(municipality=municipality).first() if municipality else None
    return logo.data_uri if logo else ""


def check_logo(content: bytes) -> tuple[LogoType, int, int]:
    """Type, width and height of a picture that may be a logo, judged by its content; raises DomainError for another."""
    if not content:
        raise DomainError(_("Filen er tom."), "file")
    if len(content) > LOGO_MAX_BYTES:
        raise DomainError(
            _("Filen er %(size)s kB. Logoen kan være på høyst %(max)s kB.")
            % {"size": -(-len(content) // 1000), "max": LOGO_MAX_BYTES // 1000},
            "file",
        )
    kind = _kind(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of what is too big to be true
            with Image.open(io.BytesIO(content), formats=[kind.label]) as image:
                width, height, mode = *image.size, image.mode
                _check_size(width, height)
                image.load()
    except DomainError:
        raise
    except Exception as error:  # whatever a broken picture makes of the reader
        raise DomainError(NOT_AN_IMAGE, "file") from error
    if mode not in MODES:
        raise DomainError(
            _("Bildet har farger for trykk. Lagre det med farger for skjerm (RGB), og prøv igjen."), "file"
        )
    return kind, width, height


def _kind(content: bytes) -> LogoType:
    try:
        found = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        found = set()
    for kind in LogoType:
        if kind.value in found and ENDS[kind] in content:
            return kind
    raise DomainError(NOT_AN_IMAGE, "file")


def _check_size(width: int, height: int) -> None:
    if max(width, height) > LOGO_MAX_PIXELS or min(width, height) < LOGO_MIN_PIXELS:
        raise DomainError(
            _("Bildet er %(width)s × %(height)s piksler. Hver side må være mellom %(min)s og %(max)s piksler.")
            % {"width": width, "height": height, "min": LOGO_MIN_PIXELS, "max": LOGO_MAX_PIXELS},
            "file",
        )


def _take_away(municipality: Municipality) -> None:
    """One change of a logo at a time: two at once would both find the place free."""
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    MunicipalityLogo.objects.filter(municipality=municipality).delete()
