"""Amounts of money as people write them. One way of writing for pages, messages and documents."""

from decimal import Decimal

from django.utils.formats import number_format


def format_kroner(amount: Decimal) -> str:
    """ "1 600" or "1 600,50"."""
    places = 0 if amount == amount.to_integral_value() else 2
    return str(number_format(amount, decimal_pos=places, force_grouping=True))
