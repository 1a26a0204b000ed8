"""Addresses of families. The case reference in them is a random id, and says nothing."""

from families.urls import case, consent, contact, decision, need, privacy, support, voice

urlpatterns = [
    *case.URLS,
    *contact.URLS,
    *need.URLS,
    *decision.URLS,
    *support.URLS,
    *consent.URLS,
    *voice.URLS,
    *privacy.URLS,
]
