from django.urls import URLPattern, path

from families.views import own_form, voice

VOICE = "familier/<pid:reference>/stemme/"
URLS: list[URLPattern] = [
    path(VOICE, voice.voice, name="family-voice"),
    path(f"{VOICE}ny/", voice.voice_link_new, name="family-voice-link-new"),
    path(f"{VOICE}lenker/", voice.voice_links, name="family-voice-links"),
    path(f"{VOICE}lenker/<pid:public_id>/trekk/", voice.voice_link_revoke, name="family-voice-link-revoke"),
    # The token stands in the address: organisation/logs.py keeps what comes after this word out of the logs.
    path("stemme/<str:token>/", own_form.own_form, name="own-form"),
]
