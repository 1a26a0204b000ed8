"""Icons of our own, drawn once in a sprite; always beside a text, so hidden from screen readers."""

from functools import lru_cache
from typing import Any

from django import template
from django.core.signals import setting_changed
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(256)
def icon(name: str) -> SafeString:
    """Made once for each name: a list may have a hundred."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false" width="20" height="20"><use href="{}#{}"></use></svg>',
        static("povertyplan/icons.svg"),
        name,
    )


@register.simple_tag
def state_tag(state: str, label: Any) -> SafeString:
    """`partials/state_tag.html` for a row of a list: a state is drawn once, and not once for each row."""
    return _drawn(state, str(label))


@lru_cache(512)
def _drawn(state: str, label: str) -> SafeString:
    # The template has escaped what is in it.
    return SafeString(get_template("partials/state_tag.html").render({"state": state, "label": label}))


def _forget(*, setting: str, **kwargs: Any) -> None:
    """In tests, where files get other names on the way."""
    if setting in ("STORAGES", "STATIC_URL", "STATIC_ROOT"):
        icon.cache_clear()
        _drawn.cache_clear()


setting_changed.connect(_forget, dispatch_uid="icons")
