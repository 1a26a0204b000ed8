"""Numbers as people write them: spaces between thousands, decimals only where there are some."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

from organisation.amounts import format_kroner

register = template.Library()


@register.filter
def number(value: Any) -> str:
    if value is None:
        return "–"
    exact = Decimal(str(value))
    whole = exact == exact.to_integral_value()
    return str(
        number_format(exact.quantize(Decimal(1)) if whole else exact.normalize(), use_l10n=True, force_grouping=True)
    )


@register.filter
def kroner(value: Any) -> str:
    """An amount of money: "1 600" or "1 600,50", never one decimal."""
    return "–" if value is None else format_kroner(Decimal(str(value)))
