"""Numbers as charts and reports write them: Norwegian in every language, as the documents are."""

from decimal import Decimal

from django.utils.translation import gettext as _

Value = int | float | Decimal | None

# The narrow no-break space (U+202F) would be the finer one, but Inter has no glyph for it.
NO_BREAK = "\u00a0"
MINUS = "−"


def norwegian(value: Value, unit: str = "") -> str:
    """1838 -> "1 838", 60.5 -> "60,5", None -> "mangler"; with the unit after it where there is one."""
    if isinstance(value, int) and value >= 0:
        return f"{value:,}".replace(",", NO_BREAK) + (NO_BREAK + unit if unit else "")
    exact = exact_of(value)
    if exact is None:
        return _("mangler")
    text = f"{abs(exact):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace(",", NO_BREAK).replace(".", ",")
    return f"{MINUS if exact < 0 and text != '0' else ''}{text}{NO_BREAK + unit if unit else ''}"


def exact_of(value: Value) -> Decimal | None:
    """The number as it is written in decimals; None for what is no number."""
    exact = None if value is None else Decimal(str(value))
    return exact if exact is not None and exact.is_finite() else None
