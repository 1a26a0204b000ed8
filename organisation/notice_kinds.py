"""The kinds of notices: each app says in its `AppConfig.ready()` which it makes, and which group of mail they belong to.

A group is what a person turns on and off (the page "Varsler på e-post"): a name and an explanation in her own words. A kind
is what the code calls a notice, and belongs to one group. `notify` refuses a kind that no app has registered.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Group:
    """`roles`: whom such notices can come to. Others are not asked whether they want them."""

    key: str
    label: Any
    explanation: Any
    roles: frozenset[str]
    kinds: frozenset[str]


_groups: dict[str, Group] = {}
_group_of: dict[str, str] = {}
LONGEST_KEY = 20  # as in the field of the user


def register(key: str, *, label: Any, explanation: Any, roles: Iterable[str], kinds: Iterable[str]) -> None:
    """Make a group and its kinds known."""
    if len(key) > LONGEST_KEY:
        raise ValueError(f"{key} is too long for the name of a group of notices")
    group = Group(key, label, explanation, frozenset(roles), frozenset(kinds))
    if _groups.setdefault(key, group) != group:
        raise ValueError(f"Two groups of notices are called {key}")
    for kind in group.kinds:
        if _group_of.setdefault(kind, key) != key:
            raise ValueError(f"Notices of kind {kind} belong to {_group_of[kind]} and to {key}")


def group_of(kind: str) -> str | None:
    """The key of a kind's group; None for a kind that no app makes any more, which old notices may have."""
    return _group_of.get(kind)


def label_of(kind: str) -> Any | None:
    """The name of a kind's group."""
    key = group_of(kind)
    return _groups[key].label if key else None


def is_known(kind: str) -> bool:
    return kind in _group_of


def kinds_in(keys: Collection[str]) -> list[str]:
    """The kinds of some groups; a group that is no more has none."""
    return sorted(kind for kind, key in _group_of.items() if key in keys)


def pairs() -> list[tuple[str, str]]:
    """Each kind with its group, for the database."""
    return sorted(_group_of.items())


def groups_for(roles: Collection[str]) -> list[Group]:
    """The groups of which somebody with these roles can get notices, in the order the apps come."""
    return [group for group in _groups.values() if group.roles.intersection(roles)]
