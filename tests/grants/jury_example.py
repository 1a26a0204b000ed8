"""A jury's work computed by hand, with ties, an excluded juror, a declared conflict of interest and a missing score.

Criteria A (weight 2), B (1), C (1). Members 1-3 are group 1, members 4-6 group 2. Member 6 is excluded: she belongs to a
partner. Member 5 is inhabil in S; her sheet for it doesn't count. Member 4 could not judge C in P.

            P            Q            S            T
  member  A  B  C      A  B  C      A  B  C      A  B  C
    1     5  4  4      3  4  5      4  3  3      2  2  2
    2     4  5  3      4  4  4      4  3  4      3  2  2
    3     5  5  5      3  4  4      3  4  4      2  3  2
    4     4  4  -      2  4  4      3  4  3      2  2  2
    5     5  3  4      3  4  3     (1  1  1)     2  2  3
    6    (1  1  1)    (5  5  5)    (5  5  5)    (5  5  5)

P: A = (5+4+5+4+5)/5 = 23/5.  B = (4+5+5+4+3)/5 = 21/5.  C = (4+3+5+4)/4 = 4, of the four who judged it.
   total = (2·23/5 + 21/5 + 4) / (2+1+1) = (46+21+20)/5 / 4 = 87/20 = 4,35
Q: A = 15/5 = 3.  B = 20/5 = 4.  C = 20/5 = 4.           total = (6 + 4 + 4)/4 = 14/4 = 7/2 = 3,5
S: A = 14/4 = 7/2.  B = 14/4 = 7/2.  C = 14/4 = 7/2.     total = 7/2 = 3,5
T: A = 11/5.  B = 11/5.  C = 11/5.                       total = 11/5 = 2,2

So P is first, Q and S share the second place, T is fourth: 1, 2, 2, 4. With two places P is inside, and Q and S tie for
the last one. For P, Q and T five members may judge and three are needed; for S four may, and three are needed too.

Group 1 on P: A = 14/3, B = 14/3, C = 12/3 = 4:          (28/3 + 14/3 + 12/3)/4 = 54/12 = 9/2
Group 2 on P: A = 9/2, B = 7/2, C = 4 (member 5 alone):  (9 + 7/2 + 4)/4 = 33/8
"""

from fractions import Fraction as F

from grants.domain.scoring import close_scoring
from grants.models import Application, Call, CallState, ConflictOfInterest, JuryMember
from organisation.models import Role
from tests.factories import (
    TODAY_AT,
    ApplicationFactory,
    CallFactory,
    JuryMemberFactory,
    MembershipFactory,
    UserFactory,
    make_sheet,
)

WEIGHTS = {"A": 2, "B": 1, "C": 1}
GROUPS = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2}
EXCLUDED = 6
CONFLICT = (5, "S")
POINTS: dict[str, dict[int, str]] = {
    "P": {1: "544", 2: "453", 3: "555", 4: "44-", 5: "534", 6: "111"},
    "Q": {1: "345", 2: "444", 3: "344", 4: "244", 5: "343", 6: "555"},
    "S": {1: "433", 2: "434", 3: "344", 4: "343", 5: "111", 6: "555"},
    "T": {1: "222", 2: "322", 3: "232", 4: "222", 5: "223", 6: "555"},
}
TOTALS = {"P": F(87, 20), "Q": F(7, 2), "S": F(7, 2), "T": F(11, 5)}
RANKS = {"P": 1, "Q": 2, "S": 2, "T": 4}
MEANS = {
    "P": [F(23, 5), F(21, 5), F(4)],
    "Q": [F(3), F(4), F(4)],
    "S": [F(7, 2)] * 3,
    "T": [F(11, 5)] * 3,
}
GROUPS_ON_P = {1: F(9, 2), 2: F(33, 8)}


def points_of(text: str) -> list[int | None]:
    return [None if letter == "-" else int(letter) for letter in text]


def make_example() -> tuple[Call, dict[str, Application], dict[int, JuryMember]]:
    """The example in the database, before the scoring is closed."""
    call = CallFactory(state=CallState.CLOSED, criteria=list(WEIGHTS.items()), places=2)
    rows = {name: ApplicationFactory(call=call, title=f"Søknad {name}", state="submitted") for name in POINTS}
    members = {
        number: JuryMemberFactory(call=call, group=group, age=14 + 3 * number, background=f"Bakgrunn {7 - number}")
        for number, group in GROUPS.items()
    }
    MembershipFactory(user=members[EXCLUDED].user, unit=rows["T"].responsible_unit, role=Role.PARTNER)
    for name, by_member in POINTS.items():
        for number, text in by_member.items():
            make_sheet(members[number], rows[name], *points_of(text))
    number, name = CONFLICT
    ConflictOfInterest.objects.create(
        member=members[number], application=rows[name], reason="Jeg er nabo med lederen", declared_at=TODAY_AT,
        declared_by=members[number].user,
    )  # fmt: skip
    return call, rows, members


def close(call: Call) -> Call:
    close_scoring(call=call, version=call.version, by=UserFactory(), at=TODAY_AT, on=TODAY_AT.date())
    call.refresh_from_db()
    return call
