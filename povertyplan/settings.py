"""Settings: one file, read from the environment, safe by default.

Every name read here is described in docs/settings.md.
"""

import os
import secrets
import tempfile
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from povertyplan.brokers import broker_url
from povertyplan.mail import mail_server, site_url

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


VAR = Path(os.environ.get("POVERTYPLAN_VAR", BASE_DIR / "var"))


def secret_key() -> str:
    """The key from the environment, or one made once for this checkout (one host only)."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = VAR / "secret_key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=VAR)  # readable by the owner only
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # fails when another process was first: then its key is the key
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text().strip()


DEMO = flag("POVERTYPLAN_DEMO")
DEBUG = flag("DEBUG")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "organisation",
    "measures",
    "grants",
    "families",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "organisation.compression.Compression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "organisation.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisation.access.SeparationMiddleware",
    "organisation.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "organisation.queries.NoIdentityNumbersInQueries",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "organisation.fragments.FragmentMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "povertyplan.urls"
WSGI_APPLICATION = "povertyplan.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organisation.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "organisation.forms.FormRenderer"

# --- Database -------------------------------------------------------------------------------------
# Two roles: the owner migrates, the application's role owns nothing (docs/security.md).

ROLE = os.environ.get("POVERTYPLAN_DB_ROLE", "app")
if "DATABASE_URL" not in os.environ:
    raise ImproperlyConfigured("DATABASE_URL is not set; ./manage.py starts the embedded servers and sets it.")
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
        if ROLE == "owner"
        else os.environ["DATABASE_URL"],
        conn_max_age=60,
        conn_health_checks=True,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Log-in ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "organisation.sign_in.RolesBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 8 * 60 * 60
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "organisation/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
# The log-in form's own field; without it axes looks for "email", finds none, and stops everybody of an address.
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "organisation.views.session.attempted_name"

# --- Transport and content --------------------------------------------------------------------------

HTTPS = flag("POVERTYPLAN_HTTPS", default=not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^helse/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
if flag("POVERTYPLAN_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Designsystemet draws its icons with data: masks
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Language -----------------------------------------------------------------------------------------
# The texts in code and templates are bokmål; the English ones stand in povertyplan/locale/en.

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Norsk bokmål"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "povertyplan" / "locale"]
FORMAT_MODULE_PATH = ["povertyplan.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"
USE_THOUSAND_SEPARATOR = False

# --- Files --------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
ATTACHMENT_MAX_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# PDF/A-3a holds the figures of a report as files, PDF/A-2a does not; otherwise they are alike.
PDF_VARIANT = os.environ.get("POVERTYPLAN_PDF_VARIANT", "pdf/a-3a")
if PDF_VARIANT not in {"pdf/a-3a", "pdf/a-2a"}:
    raise ImproperlyConfigured("POVERTYPLAN_PDF_VARIANT must be one of pdf/a-3a, pdf/a-2a.")

# --- Jobs ---------------------------------------------------------------------------------------------
# PostgreSQL owns the jobs; a message only wakes a worker, and beat's sweep finds what was never woken.

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("POVERTYPLAN_QUEUE", "povertyplan")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# No retries when a message is sent: whoever closed a round would wait for them, and the sweep makes up for a lost message.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
JOB_LEASE_SECONDS = int(os.environ.get("POVERTYPLAN_JOB_LEASE_SECONDS", "30"))
JOB_SWEEP_SECONDS = int(os.environ.get("POVERTYPLAN_JOB_SWEEP_SECONDS", "15"))
JOB_MAX_ATTEMPTS = 5
# The hour, by Norwegian clocks, of each person's one mail. What is found by day is found before it, so that it comes along.
MAIL_HOUR = int(os.environ.get("POVERTYPLAN_MAIL_HOUR", "7"))
if not 0 <= MAIL_HOUR <= 23:
    raise ImproperlyConfigured("POVERTYPLAN_MAIL_HOUR must be an hour from 0 to 23.")
BEFORE_THE_MAIL = crontab(hour=(MAIL_HOUR - 1) % 24, minute=0)
CELERY_BEAT_SCHEDULE = {
    "make-daily-mails": {"task": "organisation.tasks.make_daily_mails", "schedule": 60},
    "wake-outbox": {"task": "organisation.tasks.wake_outbox", "schedule": JOB_SWEEP_SECONDS},
    "wake-document-jobs": {"task": "organisation.tasks.wake_document_jobs", "schedule": JOB_SWEEP_SECONDS},
    "seal-logs": {"task": "organisation.tasks.seal_logs", "schedule": 60},
    "close-calls": {"task": "grants.tasks.close_calls", "schedule": 60},
    "pay-due-recurring": {"task": "grants.tasks.pay_due_recurring", "schedule": 6 * 60 * 60},
    "remind-of-reviews": {"task": "grants.tasks.remind_of_reviews", "schedule": BEFORE_THE_MAIL},
    "remind-of-grants": {"task": "grants.tasks.remind_of_grants", "schedule": BEFORE_THE_MAIL},
    "discard-old-imports": {"task": "grants.tasks.discard_old_imports", "schedule": 24 * 60 * 60},
    "remind-of-expiring-decisions": {
        "task": "families.tasks.remind_of_expiring_decisions",
        "schedule": BEFORE_THE_MAIL,
    },
    "remind-of-consents": {"task": "families.tasks.remind_of_consents", "schedule": BEFORE_THE_MAIL},
    # Every hour: what a lost message leaves undone is found by the next one.
    "follow-the-calendar": {"task": "reporting.tasks.follow_the_calendar", "schedule": 60 * 60},
    "fill-reading-room": {"task": "reporting.tasks.fill_reading_room", "schedule": 60 * 60},
    "erase-expired": {"task": "families.tasks.erase_expired", "schedule": 24 * 60 * 60},
    "delete-old-insight-files": {"task": "families.tasks.delete_old_insight_files", "schedule": 24 * 60 * 60},
    "remind-of-resolutions": {"task": "reporting.tasks.remind_of_resolutions", "schedule": BEFORE_THE_MAIL},
    "clear-expired": {"task": "organisation.tasks.clear_expired", "schedule": 24 * 60 * 60},
}

# --- Mail ---------------------------------------------------------------------------------------------
# Without a server none is sent; notices then stand on their page only.

EMAIL_TIMEOUT = 5  # seconds for each answer of the server; a worker waits for it
MAIL_MAX_ATTEMPTS = 10  # with the waits between them, some eight hours
MAIL_BATCH = 100  # mails that one sweep hands out
SITE_URL = ""
if mail_url := os.environ.get("EMAIL_URL"):
    if not (DEFAULT_FROM_EMAIL := os.environ.get("DEFAULT_FROM_EMAIL", "")):
        raise ImproperlyConfigured("EMAIL_URL is set, so DEFAULT_FROM_EMAIL must be: the sender of what is mailed.")
    SITE_URL = site_url(os.environ.get("POVERTYPLAN_URL", ""))
    server = mail_server(mail_url)
    EMAIL_HOST, EMAIL_PORT = server.host, server.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = server.user, server.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = server.starttls, server.tls
MAIL_ENABLED = bool(mail_url)

# --- Whom to tell ---------------------------------------------------------------------------------------
# About something that can't be used; the accessibility statement shows it to everybody.

CONTACT = os.environ.get("POVERTYPLAN_CONTACT", "")

# --- API ----------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["organisation.api.Deny"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "organisation.api.exception_handler",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {"TITLE": "Povertyplan", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

# --- Logging: primary keys and states only, never texts, names or addresses ---------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "organisation.logs.WithoutTexts",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # Django's own handlers write what comes in without looking through it.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

CSRF_FAILURE_VIEW = "organisation.views.errors.csrf_failure"
MESSAGE_TAGS = {40: "danger"}  # Designsystemet's word for an error
