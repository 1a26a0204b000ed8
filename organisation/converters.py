"""What stands for a row in a URL."""

from django.urls.converters import StringConverter

from organisation.models.base import PUBLIC_ID_LENGTH


class PublicIdConverter(StringConverter):
    regex = f"[2-9a-z]{{{PUBLIC_ID_LENGTH}}}"
