"""The colours a municipality may choose: every text can be read, in light and in dark; and the page that chooses one."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisation.domain.municipality import set_accent
from organisation.models import Accent, AuditEntry, Role
from tests.factories import UnitFactory, make_member

STATIC = Path(__file__).parents[2] / "static"
THEME = (STATIC / "vendor/designsystemet/theme.css").read_text()
STYLE = (STATIC / "organisation/accent.css").read_text()
# What stands on what, and how much they must differ (WCAG 2.1: 1.4.3 and 1.4.11).
PAIRS = [
    ("base-contrast-default", "base-default", 4.5),
    ("base-contrast-default", "base-hover", 4.5),
    ("text-subtle", "background-default", 4.5),
    ("text-subtle", "surface-tinted", 4.5),
    ("text-default", "surface-hover", 4.5),
    ("text-default", "surface-active", 4.5),
    ("border-default", "background-default", 3.0),
]


def scheme(name: str) -> dict[str, str]:
    """The theme's colours in light or dark."""
    found = re.search(rf"\[data-color-scheme={name}\]\{{(.*?)\}}", THEME)
    assert found
    return dict(re.findall(r"--ds-color-([a-z0-9-]+):(#[0-9a-f]{3,6})", found[1]))


def colours(accent: str, mode: str) -> dict[str, str]:
    """The accent's colours as a page gets them."""
    theme = scheme(mode)
    block = re.search(rf'\[data-accent="{accent}"\] \{{(.*?)\}}', STYLE, re.DOTALL)
    own = dict(re.findall(r"--ds-color-accent-([a-z-]+): var\(--ds-color-([a-z0-9-]+)\);", block[1])) if block else {}
    names = {name.removeprefix("accent-") for name in theme if name.startswith("accent-")}
    return {name: theme[own.get(name, f"accent-{name}")] for name in names}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, another: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(another)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_worked_out_as_wcag_says() -> None:
    assert round(contrast("#fff", "#000"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("accent", list(Accent))
def test_every_colour_can_be_read(accent: str, mode: str) -> None:
    found = colours(accent, mode)
    weak = [(on, under) for on, under, least in PAIRS if contrast(found[on], found[under]) < least]
    assert not weak


@pytest.mark.parametrize("accent", [accent for accent in Accent if accent != Accent.BLUE])
def test_a_colour_changes_all_that_the_accent_has(accent: str) -> None:
    usual, own = colours(Accent.BLUE, "light"), colours(accent, "light")
    assert {name for name in usual if usual[name] == own[name]} <= {
        "background-default", "surface-default", "base-contrast-default",
    }  # fmt: skip


@pytest.mark.django_db
class TestPage:
    def test_the_administrator_chooses_and_everybody_in_the_municipality_has_it(self, client_for: Any) -> None:
        unit = UnitFactory()
        administrator, worker = make_member(Role.ADMINISTRATOR, unit), make_member(Role.CASEWORKER, unit)
        url = reverse("municipality-accent", args=[unit.municipality.public_id])
        assert client_for(administrator).post(url, {"accent": "green"}).status_code == 302
        page = client_for(worker).get("/").content.decode()
        assert 'data-accent="green"' in page
        assert "organisation/accent.css" in page
        elsewhere = client_for(make_member(Role.CASEWORKER)).get("/").content.decode()
        assert "data-accent" not in elsewhere
        entry = AuditEntry.objects.get(action="municipality.set_accent")
        assert (entry.actor_id, entry.after["accent"]) == (administrator.pk, "green")

    def test_a_colour_that_is_none_is_refused(self, client_for: Any) -> None:
        administrator = make_member(Role.ADMINISTRATOR)
        town = administrator.memberships.get().unit.municipality
        url = reverse("municipality-accent", args=[town.public_id])
        assert client_for(administrator).post(url, {"accent": "yellow"}).status_code == 422

    def test_another_municipality_is_not_found(self, client_for: Any) -> None:
        foreign = UnitFactory().municipality
        client: Client = client_for(make_member(Role.ADMINISTRATOR))
        assert client.get(reverse("municipality-accent", args=[foreign.public_id])).status_code == 404

    def test_a_page_without_a_user_is_blue(self, client: Client) -> None:
        set_accent(
            municipality=(unit := UnitFactory()).municipality, accent="green", by=make_member(Role.ADMINISTRATOR, unit)
        )
        assert "data-accent" not in client.get(reverse("login")).content.decode()
