"""Who asks, in one query: the user with the roles of the day and the number beside her bell. Every page needs all three."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from organisation.models import Membership, Notice, User


class RolesBackend(ModelBackend):
    """Django's own log-in by password; only how the user of a session is found is another."""

    def get_user(self, user_id: Any) -> Any:
        unread = Notice.objects.filter(user=OuterRef("user"), read_at=None).order_by().values("user")
        counted = Subquery(unread.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        rows = list(
            Membership.objects.active(timezone.localdate())
            .filter(user=user_id)
            .select_related("user", "unit__municipality")
            .annotate(unread=Coalesce(counted, 0))
        )
        if not rows:
            user = super().get_user(user_id)
            if user is not None:
                user.current_memberships = []
            return user
        found: User = rows[0].user
        found.current_memberships = [*rows]
        found.unread_notices = rows[0].unread
        return found if self.user_can_authenticate(found) else None
