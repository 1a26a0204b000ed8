"""A mail that did not come through, to a colleague. What failed is nobody's doing, so it is written as it is."""

import datetime

from organisation.models import MailFailure, MailState, Membership, Notice, OutgoingMail


def failed_mail(membership: Membership, secret: str, today: datetime.date) -> OutgoingMail:
    user = membership.user
    mail = OutgoingMail.objects.create(
        user=user, day=today, state=MailState.FAILED, failure=MailFailure.ADDRESS, attempts=10
    )
    Notice.objects.create(
        user=user, kind="review", key="failed", text=f"Ulest. {secret}", url_path="/planer/", mail=mail
    )
    return mail
