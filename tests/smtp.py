"""A real mail server on this machine, for tests of what is handed over and of what happens when it is not taken."""

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass
class MailServer:
    """Keeps what it takes. `answer` refuses a mail, `unknown` addresses; `seconds` is how long it thinks before it takes one.

    `hesitates`: how long it waits after it has taken one before it says so.
    """

    port: int = 0
    answer: str = "250 OK"
    seconds: float = 0
    hesitates: float = 0
    asked: int = 0
    unknown: set[str] = field(default_factory=set)
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.unknown:
            return "550 unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.asked += 1
        await self._wait("seconds")
        if self.answer.startswith("2"):
            message = message_from_bytes(envelope.original_content, policy=policy.default)
            self.taken.append((list(envelope.rcpt_tos), message))
        await self._wait("hesitates")
        return self.answer

    async def _wait(self, name: str) -> None:
        start = time.monotonic()
        while time.monotonic() < start + getattr(self, name):  # which may be shortened meanwhile
            await asyncio.sleep(0.02)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message for _to, message in self.taken]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = MailServer(port)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server
    server.seconds = server.hesitates = 0
    controller.stop()


@pytest.fixture
def mail_on(settings: Any, mail_server: MailServer) -> MailServer:
    """The settings of an installation that sends through that server."""
    settings.MAIL_ENABLED = True
    settings.SITE_URL = "https://plan.prove.example"
    settings.DEFAULT_FROM_EMAIL = "plan@prove.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return mail_server
