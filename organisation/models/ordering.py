"""Norwegian order of names, the same on every server: the embedded PostgreSQL has no Norwegian collation."""

from django.db.models import CharField, F, Func


class NorwegianOrder(Func):
    """Sorts æ, ø and å after z, in that order, and upper and lower case together.

    The letters are replaced by the three characters that follow z in ASCII, and compared byte by byte.
    """

    template = "translate(lower(%(expressions)s), 'æøåÆØÅäöÄÖ', '{|}{|}{|{|') COLLATE \"C\""
    output_field = CharField()


def by_name(field: str = "name") -> NorwegianOrder:
    return NorwegianOrder(F(field))
