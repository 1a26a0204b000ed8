"""Every URL of the project, for every role, for nobody, and for the same roles of another municipality."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from families.models import TEAM_ROLES
from organisation.access import walk
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, LOGGING_ROLES, Role
from reporting.domain.report import publish
from tests.pages import may_comments, may_parts, may_report_life
from tests.pages.world import SECRET, World, make_world

pytestmark = pytest.mark.django_db

CASE = frozenset(CASE_ROLES)
COORDINATOR = frozenset({Role.COORDINATOR})
LEADERS = frozenset({Role.UNIT_LEADER, Role.COORDINATOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
EVERYONE = frozenset(Role)
LEADERSHIP = frozenset(LEADERSHIP_ROLES)
TEAM = frozenset(TEAM_ROLES)
AROUND_SUB_PROJECTS = CASE | {Role.STEERING_GROUP, Role.PARTNER}

PUBLIC = {"login", "logout", "set-language", "health", "own-form"} | may_parts.together("PUBLIC")
# Who gets something else than a refusal, by the name of the URL. A URL that isn't here fails the test.
MAY = {
    **dict.fromkeys(("home", "my-settings", "notice-list"), EVERYONE),
    **dict.fromkeys(("notice-read", "notice-read-all"), COORDINATOR),
    **dict.fromkeys(("plan-list", "plan", "measure-list", "goal", "measure", "log-versions", "log-attachment"), CASE),
    **dict.fromkeys(("log-new", "log-correct", "log-withdraw", "indicator-table", "round-list", "round"), CASE),
    **dict.fromkeys(("contribution",), CASE),
    **dict.fromkeys(("plan-new", "plan-edit", "plan-revise", "plan-adopt", "plan-close", "goal-new"), COORDINATOR),
    **dict.fromkeys(("goal-edit", "measure-new", "measure-edit", "indicator-table-new", "indicator-new"), COORDINATOR),
    **dict.fromkeys(
        (
            "observation-new",
            "observation-edit",
            "indicator-table-edit",
            "indicator-edit",
            "round-new",
            "round-edit",
            "round-close",
        ),
        COORDINATOR,
    ),
    "goal-summary": COORDINATOR,
    **dict.fromkeys(("measure-state", "target-new", "target-edit"), LEADERS),
    **dict.fromkeys(("user-list", "user-create", "role-by-email", "change-list", "unit-list"), ADMINISTRATOR),
    **dict.fromkeys(("unit-create", "unit-edit", "user-detail", "user-edit", "user-password"), ADMINISTRATOR),
    **dict.fromkeys(("role-grant", "role-end"), ADMINISTRATOR),
    **dict.fromkeys(("municipality-logos", "municipality-logo", "municipality-logo-remove"), ADMINISTRATOR),
    **dict.fromkeys(("api-measure-list", "api-measure", "api-log"), CASE),
    **dict.fromkeys(("sub-project-results", "result-totals", "result-history"), AROUND_SUB_PROJECTS),
    **dict.fromkeys(("sub-project-relations", "sub-project-spending"), AROUND_SUB_PROJECTS),
    **dict.fromkeys(("result-new", "result-correct", "result-withdraw", "lesson-new", "lesson-edit"), CASE),
    **dict.fromkeys(("quote-new", "quote-edit", "quote-withdraw", "payment-new", "payment-withdraw"), CASE),
    **dict.fromkeys(("payment-reverse", "recurring-new", "recurring-withdraw", "recurring-end"), CASE),
    **dict.fromkeys(("payments-waiting", "payment-approve", "payment-refuse"), LEADERSHIP),
    **dict.fromkeys(("recurring-approve", "recurring-refuse"), LEADERSHIP),
    **dict.fromkeys(("call-list", "call", "application-list", "application"), AROUND_SUB_PROJECTS),
    **dict.fromkeys(("call-new", "call-edit", "call-open", "call-extend", "call-close", "call-decide"), LEADERSHIP),
    **dict.fromkeys(("call-jury", "jury-member-new", "jury-member-edit", "jury-member-remove"), LEADERSHIP),
    **dict.fromkeys(("scoring-close", "protocol-retry"), LEADERSHIP),
    **dict.fromkeys(("application-new", "application-edit", "application-send"), frozenset(LOGGING_ROLES)),
    "application-withdraw": frozenset(LOGGING_ROLES),
    "call-ranking": LEADERSHIP | {Role.STEERING_GROUP},
    **dict.fromkeys(("protocol", "protocol-progress"), AROUND_SUB_PROJECTS | {Role.JUROR}),
    **dict.fromkeys(
        ("jury-list", "jury-application", "jury-conflict", "jury-conflict-withdraw"), frozenset({Role.JUROR})
    ),
    "relations-rate": frozenset(LOGGING_ROLES) | {Role.PARTNER},
    **dict.fromkeys(
        ("sub-project-list", "sub-project", "api-sub-project-list", "api-sub-project"), AROUND_SUB_PROJECTS
    ),
    **dict.fromkeys(("sub-project-letters", "award-letter", "award-letter-pdf"), AROUND_SUB_PROJECTS),
    **dict.fromkeys(("award-letter-progress", "review-list", "sub-project-reviews", "review"), AROUND_SUB_PROJECTS),
    "closing-report": AROUND_SUB_PROJECTS,
    **dict.fromkeys(("sub-project-new", "sub-project-edit", "sub-project-end", "sub-project-partners"), LEADERSHIP),
    **dict.fromkeys(
        ("sub-project-partner", "sub-project-measure", "award-letter-new", "award-letter-edit"), LEADERSHIP
    ),
    **dict.fromkeys(("award-letter-offer", "award-letter-withdraw", "award-letter-again"), LEADERSHIP),
    **dict.fromkeys(("award-letter-paper", "review-conclude"), LEADERSHIP),
    "sub-project-measure-new": COORDINATOR,
    **dict.fromkeys(("award-letter-sign", "review-questionnaire"), frozenset({Role.PARTNER, Role.UNIT_LEADER})),
    "api-schema": EVERYONE,
    **dict.fromkeys(("family-release-list", "family-release"), LEADERSHIP | {Role.STEERING_GROUP}),
    "family-release-new": LEADERSHIP,
    "sub-project-families": AROUND_SUB_PROJECTS,
    **dict.fromkeys(("family-list", "family-new", "family"), TEAM),
    **dict.fromkeys(("family-edit", "family-reopen", "family-emergency-end", "family-take-over"), TEAM),
    **dict.fromkeys(("family-member-new", "family-member-edit", "family-member-remove", "family-team-return"), TEAM),
    **dict.fromkeys(("family-participation-new", "family-participation-edit", "family-participation-remove"), TEAM),
    **dict.fromkeys(("api-family-list", "api-family"), TEAM),
    # The case holder's in this world; whoever leaves the team does so herself, or is ended by the case holder.
    **dict.fromkeys(("family-close", "family-team-new", "family-hand-over"), frozenset({Role.CASEWORKER})),
    "family-team-end": frozenset({Role.CASEWORKER, Role.UNIT_LEADER}),
    "family-emergency": frozenset({Role.CASEWORKER, Role.UNIT_LEADER}),
    **dict.fromkeys(("family-emergency-list", "family-emergency-seen"), frozenset({Role.UNIT_LEADER})),
    **dict.fromkeys(
        ("family-needs", "family-need-new", "family-need-rate", "family-need-edit", "family-need-end"), TEAM
    ),
    **dict.fromkeys(("family-need-remove", "family-consents", "family-consent-new"), TEAM),
    # Only who took a rating down corrects it.
    "family-rating-correct": frozenset({Role.CASEWORKER}),
    **dict.fromkeys(("family-consent-overview", "family-consent-renew", "family-consent-withdraw"), TEAM),
    **dict.fromkeys(("family-contacts", "family-contact-new", "family-contact-edit", "family-contact-remove"), TEAM),
    **dict.fromkeys(("family-step-done", "family-step-reopen", "family-support", "family-support-new"), TEAM),
    **dict.fromkeys(("family-support-edit", "family-support-remove", "family-outcome-new"), TEAM),
    **dict.fromkeys(("family-outcome-edit", "family-outcome-remove"), TEAM),
    **dict.fromkeys(("family-decisions", "family-decision-new", "family-decision-edit", "family-economy"), TEAM),
    **dict.fromkeys(("family-decision-renew", "family-decision-end", "family-decision-remove"), TEAM),
    **dict.fromkeys(("family-voice", "family-voice-link-new", "family-voice-links", "family-voice-link-revoke"), TEAM),
    **dict.fromkeys(("family-reads", "family-reads-csv", "family-insight-list"), frozenset({Role.CASEWORKER})),
    **dict.fromkeys(
        ("family-insight-progress", "family-insight-pdf", "family-insight-json"), frozenset({Role.CASEWORKER})
    ),
    **dict.fromkeys(("family-insight-again", "family-insight-hand-over"), frozenset({Role.CASEWORKER})),
    **dict.fromkeys(("retention-list", "retention-rule", "retention-remove"), ADMINISTRATOR),
}
for part in may_parts.PARTS:
    MAY |= part.MAY
POST_ONLY = {"plan-adopt", "plan-close", "log-withdraw"}
POST_ONLY |= {"notice-read", "notice-read-all"}
POST_ONLY |= {"result-withdraw", "payment-approve", "payment-withdraw", "recurring-approve", "recurring-withdraw"}
POST_ONLY |= {"protocol-retry"}
POST_ONLY |= {"family-insight-again", "family-insight-hand-over", "retention-remove"}
POST_ONLY |= {"family-step-done", "family-step-reopen"}
POST_ONLY |= {"family-voice-link-revoke"}
POST_ONLY |= {"family-reopen", "family-emergency-end", "family-team-return", "family-emergency-seen"}
POST_ONLY |= {"award-letter-new", "award-letter-sign", "award-letter-again"}
POST_ONLY |= may_parts.together("POST_ONLY")
# Everybody has such pages; the ones in the world are one person's, and don't exist for anybody else.
PERSONAL = {"notice-read", "notice-read-all"} | may_parts.together("PERSONAL")
URLS = [(route, pattern) for route, pattern in walk()]
# Their rule is the same for all who can be in a team; the family's own team says who gets further, and a miss is 404.
OF_A_FAMILY = {str(pattern.name) for route, pattern in URLS if "reference>" in route}


@pytest.fixture
def world() -> World:
    world = make_world(timezone.localdate())
    # The board and the analyst read published reports only.
    approved = world.report.versions.get()
    publish(approved=approved, version=approved.version, by=world.users[Role.COORDINATOR], at=timezone.now())
    return world


def ask(client: Client, world: World, name: str) -> Any:
    url = reverse(name, kwargs=world.ids.get(name))
    return client.post(url) if name in POST_ONLY else client.get(url)


def test_every_url_states_a_rule_and_stands_in_the_table() -> None:
    for route, pattern in URLS:
        assert hasattr(pattern.callback, "access_rule"), f"{route} states no access rule"
        assert pattern.name in MAY or pattern.name in PUBLIC, (
            f"{route} ({pattern.name}) stands in no table of this test"
        )


def test_a_url_without_a_rule_fails_the_check_and_is_refused(settings: Any, client: Client) -> None:
    from django.core.checks import run_checks

    settings.ROOT_URLCONF = "tests.pages.urls_without_rule"
    assert [error.id for error in run_checks(tags=["urls"])] == ["organisation.E001"]
    assert client.get("/uten-regel/").status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_what_is_hers_and_nothing_else(role: Role, world: World, client_for: Any) -> None:
    client = client_for(world.users[role])
    for name, roles in MAY.items():
        status = ask(client, world, name).status_code
        if role in roles:
            assert status in (200, 302), f"{name} for {role}: {status}"
        else:
            assert status in (403, 404), f"{name} for {role}: {status}"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ANALYST])
def test_another_municipality_gets_nothing_of_ours(role: Role, world: World, client_for: Any) -> None:
    outsider = make_world(timezone.localdate(), secret="Naboens egen setning").users[role]
    client = client_for(outsider)
    for name, roles in MAY.items():
        answer = ask(client, world, name)
        if name in world.ids and name not in may_parts.together("SHARED"):
            missed = role in roles or name in PERSONAL or (name in OF_A_FAMILY and role in TEAM)
            missed |= name in may_report_life.OF_SOME and role in may_report_life.INSIDE
            missed |= name in may_comments.OF_SOME and role in may_comments.AROUND
            assert answer.status_code == (404 if missed else 403), f"{name} for a foreign {role}: {answer.status_code}"
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert SECRET.encode() not in body, f"{name} shows a foreign {role} what is ours"


def test_what_must_not_leak_is_there_to_leak(world: World, client_for: Any) -> None:
    """Otherwise the test above would prove nothing."""
    client = client_for(world.users[Role.COORDINATOR])
    for name in (
        "plan-list",
        "plan",
        "measure",
        "goal",
        "log-versions",
        "round",
        "contribution",
        "report",
        "measure-list",
        "notice-list",
        "resolution",
        "resolution-point-edit",
        "sub-project-results",
        "sub-project-spending",
        "result-totals",
        "payments-waiting",
    ):
        assert SECRET in ask(client, world, name).content.decode(), f"{name} doesn't show its own municipality's texts"


def test_nobody_gets_anywhere_without_logging_in(world: World, client: Client) -> None:
    for name in MAY:
        answer = ask(client, world, name)
        if name.startswith("api-") or name in POST_ONLY:
            assert answer.status_code == 401, name
        else:
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(reverse("login")), name


def test_a_role_that_has_ended_opens_nothing(world: World, client_for: Any) -> None:
    import datetime

    leaver = world.users[Role.CASEWORKER]
    leaver.memberships.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    client = client_for(leaver)
    assert ask(client, world, "measure").status_code == 403
    assert ask(client, world, "log-attachment").status_code == 403


def test_the_board_does_not_read_what_is_not_published(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    for role in (Role.BOARD_MEMBER, Role.ANALYST):
        client = client_for(world.users[role])
        for name in ("report", "report-pdf", "report-progress"):
            assert ask(client, world, name).status_code == 404, f"{name} for {role}"
        assert SECRET not in ask(client, world, "report-list").content.decode()


def test_an_unknown_id_is_answered_like_a_foreign_one(world: World, client_for: Any) -> None:
    client = client_for(make_world(timezone.localdate()).users[Role.COORDINATOR])
    foreign = client.get(reverse("plan", args=[world.plan.public_id]))
    unknown = client.get(reverse("plan", args=["2222222222"]))
    assert foreign.status_code == unknown.status_code == 404
    assert _without_addresses(foreign) == _without_addresses(unknown)


def _without_addresses(answer: Any) -> str:
    import re

    text = answer.content.decode()
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", text)


def test_get_changes_nothing(world: World, client_for: Any, django_assert_num_queries: Any) -> None:
    """A link, a crawler or a prefetch must never write: no page makes audit rows on GET."""
    from organisation.models import AuditEntry, Notice

    client = client_for(world.users[Role.COORDINATOR])
    before, unread = AuditEntry.objects.count(), Notice.objects.unread().count()
    for name in MAY.keys() - POST_ONLY:
        ask(client, world, name)
    assert AuditEntry.objects.count() == before
    assert Notice.objects.unread().count() == unread > 0


def test_post_only_urls_refuse_get(world: World, client_for: Any) -> None:
    for name in POST_ONLY:
        role = Role.COORDINATOR if Role.COORDINATOR in MAY[name] else next(iter(MAY[name]))
        client = client_for(world.users[role])
        assert client.get(reverse(name, kwargs=world.ids.get(name))).status_code == 405, name


assert all(isinstance(pattern, URLPattern) for _route, pattern in URLS)
