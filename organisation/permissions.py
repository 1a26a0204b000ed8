"""What an administrator may do with a user, and anybody with a comment. Each predicate asks the queryset, so that they agree."""

from django.utils import timezone

from organisation.models import Comment, User


def can_change_account(user: User, account: User) -> bool:
    """Name and access: not where the person also works in another municipality."""
    return User.objects.account_editable_by(user, timezone.localdate()).filter(pk=account.pk).exists()


def can_set_password(user: User, account: User) -> bool:
    """One's own password is changed under "Mine innstillinger", where the old one is asked for."""
    return account != user and can_change_account(user, account)


def can_change_roles(user: User, account: User) -> bool:
    """Nobody gives or takes her own roles (docs/security.md)."""
    return account != user


def can_correct_comment(user: User, comment: Comment) -> bool:
    return Comment.objects.editable_by(user).filter(pk=comment.pk).exists()


def can_withdraw_comment(user: User, comment: Comment) -> bool:
    """One's own, and for the coordinator anybody's."""
    return Comment.objects.withdrawable_by(user).filter(pk=comment.pk).exists()
