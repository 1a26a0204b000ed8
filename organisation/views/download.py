"""Files that people attached, given out by the application only."""

from typing import Any

from django.http import FileResponse


def download(stored: Any) -> FileResponse:
    """A row of a table of files. Always a download: nothing of it runs here."""
    response = FileResponse(
        stored.file.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
