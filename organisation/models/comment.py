from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation import comment_subjects
from organisation.models.base import PublicId, Versioned
from organisation.models.municipality import Municipality
from organisation.models.user import Role, User

if TYPE_CHECKING:
    from organisation.comment_subjects import Subject


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> "CommentQuerySet":
        """Those on rows whose comments the user reads; each app has said which."""
        seen = Q(pk__in=[])
        for subject in comment_subjects.all_subjects():
            seen |= Q(table_name=subject.table, row_id__in=subject.rows(user).order_by().values("pk"))
        return self.filter(seen)

    def standing(self) -> "CommentQuerySet":
        """Without those that were taken back."""
        return self.filter(withdrawn_at=None)

    def editable_by(self, user: User) -> "CommentQuerySet":
        """One's own, as long as one sees what they are about."""
        return self.visible_to(user).standing().filter(written_by=user)

    def withdrawable_by(self, user: User) -> "CommentQuerySet":
        """One's own, and for the coordinator all of the municipality: somebody must be able to take a name off a page."""
        towns = user.municipality_ids(Role.COORDINATOR)
        return self.visible_to(user).standing().filter(Q(written_by=user) | Q(municipality__in=towns))

    def about(self, row: models.Model) -> "CommentQuerySet":
        return self.filter(table_name=row._meta.db_table, row_id=row.pk)


class Comment(PublicId, Versioned):
    """What somebody says to colleagues about a plan, a measure and so on (organisation/comment_subjects.py).

    `answers` is the comment that it is an answer to; answers have no answers. Whoever wrote it corrects it and takes it back:
    the earlier texts stay in the audit log, and a comment that was taken back is shown to nobody. `form_key` is that of the
    form it came from: the same form makes one comment, however often it is sent.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    table_name = models.CharField(max_length=63, editable=False)
    row_id = models.BigIntegerField(editable=False)
    answers = models.ForeignKey("self", models.PROTECT, related_name="replies", null=True, editable=False)
    text = models.TextField(_("kommentar"))
    form_key = models.CharField(max_length=20, blank=True, editable=False)
    written_at = models.DateTimeField(editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    corrected_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommentar")
        verbose_name_plural = _("kommentarer")
        ordering = ["id"]
        indexes = [
            # The comments of a row: newest first, and in its activity.
            models.Index(fields=["table_name", "row_id", "-id"], name="comments_of_row"),
            models.Index(fields=["table_name", "row_id", "-written_at", "-id"], name="comments_in_activity"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_comment_says_who_and_when",
            ),
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="comment_form_key_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}: {self.pk}"

    @property
    def subject(self) -> "Subject":
        return comment_subjects.of_table(self.table_name)


class CommentMention(models.Model):
    """Somebody who was told of a comment. Append-only: she has been told, whatever becomes of the text."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="mentions")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.user_id}"


class CommentFileQuerySet(models.QuerySet["CommentFile"]):
    def visible_to(self, user: User) -> "CommentFileQuerySet":
        """Under the rule of what is commented on; not of a comment that was taken back."""
        comments: Any = Comment.objects.visible_to(user).standing()
        return self.filter(comment__in=comments)


class CommentFile(PublicId):
    """A file of a comment: checked by content, stored under a random name, given out by the application only. Append-only."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="files")
    file = models.FileField(upload_to="comments/%Y/", max_length=200)
    name = models.CharField(max_length=200, help_text="The name the user's file had.")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")

    objects = CommentFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
