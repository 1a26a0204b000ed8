"""Who may use the addresses of comments and activity, for test_urls.py, and which are no pages, for test_look.py."""

from grants.models import READING_ROLES
from organisation.models import CASE_ROLES, Role

CASE = frozenset(CASE_ROLES)
AROUND = frozenset({*READING_ROLES, Role.PARTNER})
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("plan-comments", "goal-comments", "measure-comments", "grant-comments"), CASE),
    **dict.fromkeys(("plan-activity", "goal-activity", "measure-activity", "grant-activity"), CASE),
    **dict.fromkeys(("sub-project-comments", "sub-project-activity", "comment-file", "comment-versions"), AROUND),
    # The project lead wrote it in this world.
    "comment-edit": frozenset({Role.PROJECT_LEAD}),
    "comment-withdraw": frozenset({Role.PROJECT_LEAD, Role.COORDINATOR}),
}
# Who reads comments may, if she wrote this one; a miss is 404 for all of them.
OF_SOME = {"comment-edit", "comment-withdraw"}
POST_ONLY = {"comment-withdraw"}
NOT_PAGES = {"comment-file"}
