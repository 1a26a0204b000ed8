"""What every API view shares: deny by default, and refusals as JSON."""

from typing import Any

from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from organisation.domain.errors import DomainError, StaleWrite
from organisation.identity_numbers import MESSAGE, holds_identity_number


class Deny(BasePermission):
    """The default: an API view that states no permission answers nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


class ByAccessRule(BasePermission):
    """For views whose URL states its rule (organisation/access.py); the middleware has asked it already."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(request.user and request.user.is_authenticated)


class NoIdentityNumbers:
    """For serializers that take texts: none with a national identity number. Stands before the serializer it is mixed into."""

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)  # type: ignore[misc]  # the serializer's
        wrong = {name: [MESSAGE] for name, value in values.items() if holds_identity_number(value)}
        if wrong:
            raise ValidationError(wrong)
        return values


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """A stale write is 412, another refusal 400 with the message at its field."""
    if isinstance(error, StaleWrite):
        return Response({"detail": str(error.message)}, status=status.HTTP_412_PRECONDITION_FAILED)
    if isinstance(error, DomainError):
        return Response({error.field or "detail": [str(error.message)]}, status=status.HTTP_400_BAD_REQUEST)
    # Here, since rest_framework.views reads the permissions above while it is imported itself.
    from rest_framework.views import exception_handler as rest_exception_handler

    return rest_exception_handler(error, context)
