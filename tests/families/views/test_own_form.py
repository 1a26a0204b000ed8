"""The page behind the link: what it says, what it keeps from others, and what becomes of bad input."""

import datetime
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from families.domain.voice import make_link, revoke_link
from families.models import Family, VoiceAnswer, VoiceLanguage, VoiceLink
from families.views.own_form import language_of
from tests.factories.families import inside, make_family
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
TYPED = "Et <b>rom</b> til hvert barn & ro"


def link(family: Family, language: str = "nb", days_ago: int = 0) -> tuple[VoiceLink, str]:
    at = timezone.now() - datetime.timedelta(days=days_ago)
    with inside(family) as vault:
        return make_link(vault=vault, language=language, days=14, by=vault.user, at=at)


def url(token: str) -> str:
    return reverse("own-form", args=[token])


def answers(family: Family) -> list[VoiceAnswer]:
    with inside(family) as vault:
        return list(vault.rows(VoiceAnswer))


def texts(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def client() -> Client:
    """As a browser that has never been here, and with the protection against forged forms that tests usually skip."""
    return Client(enforce_csrf_checks=True)


def test_it_opens_without_log_in_cookies_or_anything_of_the_product(client: Client) -> None:
    _row, token = link(make_family())
    answer = client.get(url(token))
    assert answer.status_code == 200
    assert not answer.cookies
    page = texts(answer)
    assert '<html lang="nb" dir="ltr"' in page
    for foreign in ("Logg inn", "Povertyplan</", "csrfmiddlewaretoken", "<script", token, "/familier/"):
        assert foreign not in page, foreign


@pytest.mark.parametrize("kind", ["open", "used", "out of time", "revoked", "unknown"])
def test_nobody_else_is_told_of_the_address(kind: str, client: Client) -> None:
    answer = client.get(url(token_of(kind)))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies


def token_of(kind: str) -> str:
    family = make_family()
    row, token = link(family, language="ar", days_ago=30 if kind == "out of time" else 0)
    if kind == "used":
        Client().post(url(token), {"helpful": "yes"})
    if kind == "revoked":
        with inside(family) as vault:
            revoke_link(vault=vault, link=row, by=vault.user, at=timezone.now())
    return "A" * 43 if kind == "unknown" else token


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("used", 410, "Dere har allerede svart. Takk!"),
        ("out of time", 410, "Lenken gjelder ikke lenger"),
        ("revoked", 404, "Lenken virker ikke"),
        ("unknown", 404, "Lenken virker ikke"),
    ],
)
def test_each_link_that_is_no_good_says_what_to_do(kind: str, status: int, said: str, client: Client) -> None:
    token = token_of(kind)
    for answer in (client.get(url(token), {"sprak": "nb"}), client.post(url(token) + "?sprak=nb", {"helpful": "yes"})):
        assert answer.status_code == status
        assert said in texts(answer)
        assert "be om en ny lenke" in texts(answer)
        assert "<form" not in texts(answer)


def test_a_link_that_was_taken_back_is_as_unknown_as_one_that_never_was(client: Client) -> None:
    revoked, unknown = (client.get(url(token_of(kind))) for kind in ("revoked", "unknown"))
    assert revoked.content == unknown.content
    assert dict(revoked.headers) == dict(unknown.headers)
    polish = {"Accept-Language": "pl-PL,pl;q=0.9"}
    assert "Link nie działa" in texts(client.get(url(token_of("revoked")), headers=polish))


def test_an_answer_needs_no_cookie_and_is_thanked_for(client: Client) -> None:
    family = make_family()
    _row, token = link(family)
    sent = {"helpful": "partly", "matters": TYPED, "wants_contact": "yes"}
    answer = client.post(url(token) + "?sprak=en", sent)
    assert answer.status_code == 200
    assert not answer.cookies
    (row,) = answers(family)
    assert (row.helpful, row.matters, row.wants_contact, row.language) == ("partly", TYPED, True, "en")


def test_only_the_first_question_has_to_be_answered(client: Client) -> None:
    family = make_family()
    page = texts(client.post(url(link(family)[1]), {"helpful": "unsure"}))
    assert "Takk for svaret!" in page
    assert "snakke med noen" not in page
    assert [(row.matters, row.wants_contact) for row in answers(family)] == [("", False)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"helpful": ""}, "Velg ett av svarene."),
        ({"helpful": "kanskje"}, "Velg ett av svarene."),
        ({"wants_contact": "kanskje"}, "Velg ett av svarene."),
        ({"matters": TYPED + "x" * 1000}, "Teksten er for lang."),
        ({"matters": f"{TYPED} {made_up()}"}, "Det ser ut til at teksten inneholder et fødselsnummer."),
    ],
)
def test_bad_input_is_told_at_its_question_and_what_was_typed_stays(
    changes: dict[str, str], said: str, client: Client
) -> None:
    family = make_family()
    answer = client.post(url(link(family)[1]), {"helpful": "no", "matters": TYPED, "wants_contact": "yes"} | changes)
    assert answer.status_code == 422
    page = texts(answer)
    (field,) = changes
    assert f'id="id_{field}_error">{said}' in page
    assert f'href="#id_{field}"' in page
    assert "Et &lt;b&gt;rom&lt;/b&gt; til hvert barn &amp; ro" in page
    assert page.count("checked") == (1 if field != "matters" else 2)
    assert answers(family) == []


def test_a_number_is_refused_in_the_forms_own_language(client: Client) -> None:
    answer = client.post(url(link(make_family(), "ar")[1]), {"helpful": "no", "matters": made_up()})
    assert "يبدو أن النص يحتوي على رقم هوية" in texts(answer)
    assert 'dir="rtl"' in texts(answer)


def test_line_breaks_count_as_the_browser_counts_them(client: Client) -> None:
    family = make_family()
    words = "a\r\n" * 499
    assert client.post(url(link(family)[1]), {"helpful": "no", "matters": words + "b"}).status_code == 200
    assert answers(family)[0].matters == "a\n" * 499 + "b"


@pytest.mark.parametrize("language", VoiceLanguage.values)
def test_each_language_names_itself_and_its_direction(language: str, client: Client) -> None:
    answer = client.get(url(link(make_family(), language)[1]))
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in texts(answer)
    assert answer["Content-Language"] == language
    for code, name in VoiceLanguage.choices:
        assert f'lang="{code}"' in texts(answer)
        assert f">{name}</a>" in texts(answer)


@pytest.mark.parametrize(
    ("query", "accepted", "expected"),
    [
        ("uk", "pl", "uk"),
        ("xx", "pl;q=0.5, ar-SY;q=0.9", "ar"),
        ("", "fr, nn-NO", "nn"),
        ("", "no", "nb"),
        ("", "*", "nb"),
    ],
)
def test_without_a_link_the_browser_is_asked(query: str, accepted: str, expected: str, rf: Any) -> None:
    request = rf.get("/", {"sprak": query}, headers={"Accept-Language": accepted})
    assert language_of(request, None) == expected


def test_the_language_of_the_form_is_not_that_of_the_next_page(client: Client) -> None:
    client.get(url(link(make_family(), "ar")[1]))
    assert '<html lang="nb"' in texts(client.get(reverse("login")))


def test_other_methods_change_nothing(client: Client) -> None:
    family = make_family()
    _row, token = link(family)
    assert client.head(url(token)).status_code == 200
    assert client.put(url(token), {"helpful": "yes"}).status_code == 405
    assert client.delete(url(token)).status_code == 405
    assert answers(family) == []


def test_looking_takes_a_few_queries_and_no_transaction_of_a_reader(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    _row, token = link(make_family())
    with django_assert_max_num_queries(1):
        client.get(url(token))
    with django_assert_max_num_queries(0):
        client.get(url("kort"))


@pytest.fixture
def log() -> Iterator[list[str]]:
    """All that any logger writes, as the settings' handler would write it."""
    options = dict(django_settings.LOGGING["formatters"]["plain"])
    formatter = import_string(options.pop("()"))(fmt=options["format"], style=options["style"])
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    keep, root, before = Keep(), logging.getLogger(), logging.getLogger().level
    root.addHandler(keep)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(keep)
    root.setLevel(before)


def test_the_token_is_in_no_line_of_the_log(client: Client, log: list[str], monkeypatch: Any) -> None:
    _row, token = link(make_family())
    client.post(url(token), {"helpful": ""})
    client.post(url(token), {"helpful": "yes"})
    client.get(url(token))  # 410
    client.put(url(token))  # 405
    client.get(f"/stemme/{token}/mer/")  # 404
    client.get(f"/stemme/{token}")  # without the slash
    monkeypatch.setattr("families.views.own_form.open_link", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.get(url(token))
    text = "\n".join(log)
    assert "Gone: /stemme/***" in text
    assert "Method Not Allowed" in text
    assert "Internal Server Error: /stemme/***" in text
    assert token not in text


def test_all_of_django_logs_through_our_own_handler() -> None:
    """Its own ones, for the development server above all, would write paths as they are."""
    for name in ("django", "django.server", "django.request", "django.security"):
        logger = logging.getLogger(name)
        ours = [handler for handler in logger.handlers if not type(handler).__module__.startswith("_pytest")]
        formatters = {type(handler.formatter).__name__ for handler in ours}
        assert formatters <= {"WithoutTexts"}, name
        assert logger.propagate or formatters, name
