"""System checks: what must hold before the application starts."""

from typing import Any

from django.core.checks import Error, register

from organisation.access import walk


@register("urls")
def every_url_states_its_access_rule(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(
            f"The URL {route!r} states no access rule.",
            hint="Decorate its view with @access(...); see organisation/access.py.",
            id="organisation.E001",
        )
        for route, pattern in walk()
        if not hasattr(pattern.callback, "access_rule")
    ]
