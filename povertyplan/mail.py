"""One EMAIL_URL, as Django's mail backend wants it. Imports nothing of the project, since settings.py reads it."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. `starttls`: encrypted after the first words; `tls`: from the first byte."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def mail_server(url: str) -> MailServer:
    """The server of smtp://user:password@host:587/ (STARTTLS) or smtps://user:password@host:465/ (TLS).

    `?tls=0` leaves encryption out, for a relay on the same network. Raises ValueError for another scheme, a URL without
    a host, and a password that would be sent in the clear. No message holds the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("EMAIL_URL must be smtp://user:password@host:587/ or smtps://user:password@host:465/")
    tls = parts.scheme == "smtps"
    starttls = not tls and parse_qs(parts.query).get("tls", ["1"])[-1] != "0"
    if parts.password and not (tls or starttls):
        raise ValueError("EMAIL_URL has a password and tls=0: the password would be sent in the clear")
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls,
        tls=tls,
    )


def site_url(url: str) -> str:
    """The address that links in mail begin with, without the last slash. Raises ValueError when it is none."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("POVERTYPLAN_URL must be the site's address, like https://plan.example.org")
    return url.rstrip("/")
