"""The handbook: `python -m povertyplan.handbook [--url URL]`, which `make handbook` runs.

Serves the demo (or uses the one at URL), takes a picture for each step of the tour that has one, and writes the chapters.
The pictures are of the day's demo: dates in them move with it, sizes don't.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

BASE_DIR = Path(__file__).resolve().parent.parent
FOLDER = BASE_DIR / "docs" / "brukerhandbok"
PASSWORD = "prov-planen-2026"
SCREEN, PHONE = (1200, 800), (390, 760)
SERVED = re.compile(r"served at (http://\S+)")


@dataclass(frozen=True)
class Picture:
    """Whose page, from where, and what to press on the way."""

    slug: str
    email: str
    path: str = "/"
    size: tuple[int, int] = SCREEN
    then: tuple[Callable[[Page], None], ...] = ()


def link(name: str | re.Pattern[str], within: str = "main") -> Callable[[Page], None]:
    return lambda page: page.locator(within).get_by_role("link", name=name).first.click()


def below(selector: str) -> Callable[[Page], None]:
    """Scroll so that something stands on top."""
    return lambda page: page.evaluate("selector => document.querySelector(selector).scrollIntoView()", selector)


IN_TABLE = "main tbody"
PICTURES = (
    Picture("min-side", "saksbehandler@trondheim.example"),
    Picture(
        "loggfor", "saksbehandler@trondheim.example", size=PHONE,
        then=(
            link(re.compile("^Loggfør")),
            lambda page: page.get_by_label("Hva ble gjort?").fill("Holdt kurs om privatøkonomi."),
            below(".work-item:has(.quick-log)"),
        ),
    ),
    Picture("familier", "saksbehandler@trondheim.example", "/familier/", PHONE, (link(re.compile("-")), link("Kontakt"))),
    Picture("bekreft", "enhetsleder@trondheim.example", then=(link(re.compile("Endre teksten|Skriv tekst|Se over")),)),
    Picture("runde", "koordinator@trondheim.example", then=(link(re.compile("halvår")),)),
    Picture("plan", "koordinator@trondheim.example", "/planer/", then=(link("God hjelp til familier"),)),
    Picture("gjennomgang", "koordinator@lillehammer.example", "/rapporter/", then=(link(re.compile("."), IN_TABLE),)),
    Picture(
        "utbetalinger", "prosjektleder@lillehammer.example", "/delprosjekter/",
        then=(link(re.compile("Åpen fritid")), link("Økonomi")),
    ),
    Picture("soknader", "jury@lillehammer.example", then=(link(re.compile(".")), below("#judgement"))),
    Picture(
        "tilskudd", "koordinator@lillehammer.example", "/tilskudd/arsrapporter/",
        then=(link(re.compile("."), "main tbody tr:has-text('Utkast')"), link(re.compile("^Fyll ut"))),
    ),
    Picture("les-rapport", "formannskapet@trondheim.example"),
    Picture("brukere", "administrator@trondheim.example"),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="povertyplan.handbook", description="Make docs/brukerhandbok.")
    parser.add_argument("--url", help="a demo that is served already")
    parser.add_argument("--only", nargs="*", default=None, help="the pictures to take; none: the texts only")
    options = parser.parse_args()
    wanted = [picture for picture in PICTURES if options.only is None or picture.slug in options.only]
    write_chapters()
    if wanted:
        with _demo(options.url) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            for picture in wanted:
                take(browser, url.rstrip("/"), picture)
            browser.close()
    return 0


def write_chapters() -> None:
    # Nothing is asked of the database; the settings want to see its address.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
    os.environ.setdefault("DATABASE_URL", "postgresql:///unused")
    import django
    from django.utils import translation

    django.setup()
    from organisation.help.handbook import chapters

    FOLDER.mkdir(parents=True, exist_ok=True)
    with translation.override("nb"):
        for name, text in chapters().items():
            (FOLDER / name).write_text(text, encoding="utf-8")


def take(browser: Browser, url: str, picture: Picture) -> None:
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="nb-NO", timezone_id="Europe/Oslo",
        color_scheme="light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{url}/logg-inn/")
    page.get_by_label("E-postadresse").fill(picture.email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    page.locator(".user-menu").wait_for()
    page.goto(url + picture.path)
    for step in picture.then:
        step(page)
        page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    path = FOLDER / "bilder" / f"{picture.slug}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    print(f"{path.relative_to(BASE_DIR)}: {path.stat().st_size // 1024} kB, {page.url.removeprefix(url)}", flush=True)
    context.close()


@contextmanager
def _demo(url: str | None) -> Iterator[str]:
    """The address of a demo, which ends with the block unless it was there before."""
    if url:
        yield url
        return
    command = [sys.executable, "-m", "povertyplan.demo", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=BASE_DIR)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := SERVED.search(line):
                yield found[1]
                return
        raise SystemExit("The demo did not start.")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


if __name__ == "__main__":
    sys.exit(main())
