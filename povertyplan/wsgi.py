"""The WSGI entry point. A web server that would serve a URL without an access rule doesn't start."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")

application = get_wsgi_application()
call_command("check", tags=["urls"])
