"""Numbers as people write them: spaces between thousands, decimals only where there are some."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

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
