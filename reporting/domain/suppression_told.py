"""Sums that only an earlier report printed, of what is only a part now: whoever has that report still adds them up."""

from collections.abc import Iterable, Mapping, Sequence, Set

from reporting.domain.suppression_terms import Count, Sum


def sums_still_known(keys: Set[str], told: Iterable[Sequence[str]]) -> list[Sum]:
    """Of sums that were told, each as [whole, part, part ..], those whose parts are all counted and whose whole isn't. A whole
    that is found may be a part of the next."""
    found: list[Sum] = []
    known, left = set(keys), [Sum(whole, tuple(parts)) for whole, *parts in told]
    while True:
        new = [one for one in left if one.whole not in known and known.issuperset(one.parts)]
        if not new:
            return found
        for one in new:
            if one.whole not in known:
                known.add(one.whole)
                found.append(one)
        left = [one for one in left if one.whole not in known]


def counts_still_known(counts: Mapping[str, Count], sums: Sequence[Sum]) -> dict[str, Count]:
    """What the wholes of such sums are now, printed nowhere."""
    values = {key: count.value for key, count in counts.items()}
    for one in sums:
        values[one.whole] = sum(values[part] for part in one.parts)
    return {one.whole: Count(one.whole, values[one.whole], shown=False) for one in sums}
