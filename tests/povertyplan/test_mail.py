"""EMAIL_URL and POVERTYPLAN_URL: what is understood, and what is refused before anything is sent."""

import os
import subprocess
import sys

import pytest

from povertyplan.mail import MailServer, mail_server, site_url

SETTINGS = {
    "EMAIL_URL": "smtp://plan:hemmelig@mail.prove.example/",
    "DEFAULT_FROM_EMAIL": "plan@prove.example",
    "POVERTYPLAN_URL": "https://plan.prove.example/",
}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://u:p@m.example:2525/", MailServer("m.example", 2525, "u", "p", starttls=True, tls=False)),
        ("smtp://u:p@m.example/?tls=1", MailServer("m.example", 587, "u", "p", starttls=True, tls=False)),
        ("smtps://u%40b:p%2F@m.example", MailServer("m.example", 465, "u@b", "p/", starttls=False, tls=True)),
        ("smtp://m.example:25/?tls=0", MailServer("m.example", 25, "", "", starttls=False, tls=False)),
    ],
)
def test_a_mail_server_is_read_from_its_url(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url", ["mail.example", "http://u:p@mail.example", "smtp:///", "smtp://", "smtp://u:hemmelig@mail.example/?tls=0"]
)
def test_a_bad_url_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL") as refusal:
        mail_server(url)
    assert "hemmelig" not in str(refusal.value)


def test_links_begin_with_the_sites_address() -> None:
    assert site_url("https://plan.example/") == "https://plan.example"
    assert site_url("http://127.0.0.1:8000") == "http://127.0.0.1:8000"


@pytest.mark.parametrize("url", ["", "plan.example", "ftp://plan.example", "https://plan.example/?a=b"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="POVERTYPLAN_URL"):
        site_url(url)


def settings_with(**environment: str) -> "subprocess.CompletedProcess[str]":
    program = (
        "from povertyplan import settings as s;"
        "print(s.MAIL_ENABLED, s.SITE_URL, getattr(s, 'EMAIL_HOST', ''), getattr(s, 'EMAIL_USE_TLS', ''))"
    )
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.run(
        [sys.executable, "-c", program], env=inherited | environment, capture_output=True, text=True, check=False
    )


def test_without_a_mail_server_none_is_used() -> None:
    assert settings_with().stdout.split() == ["False"]


def test_a_mail_server_is_used_with_encryption() -> None:
    done = settings_with(**SETTINGS)
    assert done.stdout.split() == ["True", "https://plan.prove.example", "mail.prove.example", "True"]


@pytest.mark.parametrize("name", ["DEFAULT_FROM_EMAIL", "POVERTYPLAN_URL"])
def test_a_mail_server_needs_a_sender_and_the_sites_address(name: str) -> None:
    done = settings_with(**{key: value for key, value in SETTINGS.items() if key != name})
    assert done.returncode != 0
    assert name in done.stderr
    assert "hemmelig" not in done.stderr
