from django.urls import URLPattern, path

from families.views import consent

AT = "familier/<pid:reference>/samtykke/"
URLS: list[URLPattern] = [
    path(AT, consent.consent_list, name="family-consents"),
    path(f"{AT}nytt/", consent.consent_new, name="family-consent-new"),
    path(f"{AT}hvem-ser-hva/", consent.consent_overview, name="family-consent-overview"),
    path(f"{AT}<pid:public_id>/forny/", consent.consent_renew, name="family-consent-renew"),
    path(f"{AT}<pid:public_id>/trekk/", consent.consent_withdraw, name="family-consent-withdraw"),
]
