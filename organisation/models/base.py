"""What every row that people see or edit has in common."""

import secrets

from django.db import models

# Without vowels (no words by chance) and without characters that are read wrongly on paper.
PUBLIC_ID_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
PUBLIC_ID_LENGTH = 10


def new_public_id() -> str:
    """A random id for URLs: 10 characters of 27, about 47 bits."""
    return "".join(secrets.choice(PUBLIC_ID_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


class PublicId(models.Model):
    """A row with a random id for URLs, so that addresses tell nothing and can't be counted through."""

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that people edit. The version is required by forms and API; see domain/writing.py."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
