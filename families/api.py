"""The API of families, to be read: opened, logged and cut down to what is shared by the same service as the pages."""

from typing import Any

from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from families.domain.cases import family_rows, my_cases
from families.domain.reading import reading
from families.domain.vault import OpenFamily, open_by_reference
from families.filters import FamilyFilter
from families.models import TEAM_ROLES, Family, Participation
from organisation.access import access, roles
from organisation.api import ByAccessRule

TEAM = roles(*TEAM_ROLES)


class FamilyLineSerializer(serializers.Serializer):
    """One family in the list. `zone` is null where there is none, where the address is protected or it is not shared."""

    id = serializers.CharField()
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    unit = serializers.CharField()
    is_case_holder = serializers.BooleanField()
    zone = serializers.CharField(allow_null=True)
    protected = serializers.BooleanField(allow_null=True)


class MemberSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    role = serializers.CharField()
    label = serializers.CharField()
    first_name = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)
    shown = serializers.BooleanField()
    in_household = serializers.BooleanField()


class TeamMemberSerializer(serializers.Serializer):
    name = serializers.CharField(source="user.name")
    unit = serializers.CharField(source="unit.name")
    is_case_holder = serializers.BooleanField()
    from_day = serializers.DateField()
    to_day = serializers.DateField(allow_null=True)


class ParticipationSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    sub_project = serializers.CharField(source="sub_project.title", default=None, allow_null=True)
    measure = serializers.CharField(source="measure.title", default=None, allow_null=True)
    unit = serializers.CharField(source="unit.name")
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)


class FamilySerializer(FamilyLineSerializer):
    """Everybody in the household by role; name and year where they are shared with the reader's services."""

    members = MemberSerializer(many=True)
    team = TeamMemberSerializer(many=True)
    participations = ParticipationSerializer(many=True)


class FamilyList(generics.GenericAPIView):
    """The families of one's own teams, with the filters of the page; those on the page that is sent are opened."""

    permission_classes = [ByAccessRule]
    serializer_class = FamilyLineSerializer
    pagination_class: type[PageNumberPagination]

    def get(self, request: Request) -> Response:
        on, by = timezone.localdate(), request.user
        with reading(by):
            chosen = FamilyFilter(request.query_params, user=by)
            if not chosen.is_valid():
                raise ValidationError(chosen.errors)
            cases = chosen.chosen(my_cases(by=by, on=on), page="api-family-list", on=on)
            found: Any = self.paginate_queryset(cases)
            rows = family_rows(cases=found, page="api-family-list", by=by, on=on)
            lines = [_line(row.family, row.case.is_case_holder, row.shows_household) for row in rows]
            return _private(self.get_paginated_response(self.get_serializer(lines, many=True).data))


class FamilyDetail(generics.GenericAPIView):
    """One family, as its page shows it. A miss is 404 and logged, whether the family is another's or no one's."""

    permission_classes = [ByAccessRule]
    serializer_class = FamilySerializer

    def get(self, request: Request, reference: str) -> Response:
        with reading(request.user):
            vault = open_by_reference(reference=reference, page="api-family", by=request.user, on=timezone.localdate())
            if vault is not None:
                return _private(Response(self.get_serializer(_whole(vault)).data))
        # After the transaction, in which the refusal is logged.
        raise NotFound


def _line(family: Family, is_case_holder: bool, shows_household: bool) -> dict[str, Any]:
    zone = family.zone.name if family.zone and shows_household and not family.protected else None
    return {
        "id": family.public_id, "opened_on": family.opened_on, "closed_on": family.closed_on, "unit": family.unit.name,
        "is_case_holder": is_case_holder, "zone": zone, "protected": family.protected if shows_household else None,
    }  # fmt: skip


def _whole(vault: OpenFamily) -> dict[str, Any]:
    return _line(vault.family, vault.is_case_holder, vault.shows_household) | {
        "members": vault.members,
        "team": vault.team,
        "participations": vault.rows(Participation).select_related("sub_project", "measure", "unit"),
    }


def _private(answer: Response) -> Response:
    """Never kept on the way, nor by the browser."""
    add_never_cache_headers(answer)
    return answer


family_list = access(TEAM)(FamilyList.as_view())
family_detail = access(TEAM)(FamilyDetail.as_view())
