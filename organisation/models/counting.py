from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Func, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def number_of(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are, inside another query: several counts are then asked for at once."""
    counted = rows.order_by().annotate(counted=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("counted"), output_field=IntegerField())


def sum_of(rows: QuerySet[Any], name: str) -> Coalesce:
    """The sum of a column of amounts, in the same way; nought of no rows."""
    amount = DecimalField(max_digits=20, decimal_places=2)
    summed = rows.order_by().annotate(summed=Func(F(name), function="SUM", output_field=amount))
    return Coalesce(Subquery(summed.values("summed"), output_field=amount), Value(Decimal(0)), output_field=amount)
