"""Settings. Everything a machine may differ in comes from the environment; the defaults run a demo.

SITE_URL      the public address, e.g. https://finder.example.org; an https address turns on
              secure cookies, HSTS and the redirect. Default: http://127.0.0.1:8000
SECRET_KEY    default: a key made on first start and kept in VAR_DIR
ENCRYPTION_KEYS   what strangers write to us is encrypted with the first of these and read with any,
              comma-separated. Default: one made on first start and kept in VAR_DIR where SITE_URL
              is this machine's own address, else none: what needs one is closed and says so
DATABASE_URL  default: sqlite:///VAR_DIR/db.sqlite3
VAR_DIR       what the site writes: database, key. Default: var/ in the checkout
EMAIL_URL     where mail is sent by: smtp+tls://user:password@host:587. Default: the console
EMAIL_FROM    whom mail is from. Default: directory@localhost
TEAM_EMAIL    whom to tell that something waits. Default: nobody
TRUSTED_PROXIES   addresses or networks whose X-Forwarded-For says whose a request is,
              comma-separated. Default: this machine's own
MAP_TILES_URL pictures of streets for the map that can be moved, {z} {x} {y} in it. Default: none,
              so no map asks another host for anything; see MAP_TILES_CREDIT below
SECURITY_CONTACT  who is told of a weakness: an e-mail or https address. Default: nobody
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")


def _kept(path, make):
    """A key of this installation, made once; so that a fresh clone needs no configuring."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text().strip()


SECRET_KEY = env("SECRET_KEY", default="") or _kept(
    VAR_DIR / "secret_key", lambda: secrets.token_urlsafe(64)
)
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[])
if not ENCRYPTION_KEYS and not HTTPS:
    ENCRYPTION_KEYS = [_kept(VAR_DIR / "encryption_key", lambda: Fernet.generate_key().decode())]
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "finder.apps.FinderConfig",
    "finder.places.apps.PlacesConfig",
    "centres.apps.CentresConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_htmx",
    "js_lib_leaflet",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "finder.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "finder.languages.LanguageMiddleware",
    "finder.slashes.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "finder.guard.ClosedMiddleware",
]

ROOT_URLCONF = "finder.urls"
WSGI_APPLICATION = "finder.wsgi.application"

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
            ],
        },
    },
]

# Seconds. To connect anew for each page makes a page of results a quarter slower, and a third on
# PostgreSQL. The variable may say otherwise, as `?CONN_MAX_AGE=0`.
_CONNECTED = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
_DATABASE = env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
DATABASES = {"default": _CONNECTED | _DATABASE}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets people search while an import writes; IMMEDIATE makes two writers queue, not fail.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Documents the research team has seen: never under a public address, served to staff by the admin.
EVIDENCE_DIR = VAR_DIR / "evidence"

# Mail is written to the console unless a server is named: smtp+tls://user:password@host:587
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="directory@localhost")
EMAIL_TIMEOUT = 20  # seconds, at each step of a conversation with the server
# Where the team is told of what waits: a notice without content, and never more.
TEAM_EMAIL = env("TEAM_EMAIL", default="")

# Limits on how often a form is sent tell visitors apart by address, which a proxy passes on.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["127.0.0.0/8", "::1"])

# A claimant's document is encrypted before it is kept: what may hold one is read in memory and
# never written to a temporary file on the way. Larger uploads are the team's own.
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2

# An address says its page's language, and the country it shows which English: finder/languages.py.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["finder.formats"]
TIME_ZONE = "Europe/London"
USE_TZ = True
FORMS_URLFIELD_ASSUME_HTTPS = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if HTTPS:
    STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
WHITENOISE_USE_FINDERS = not HTTPS  # a fresh clone serves its static files without collecting them

# With tiles, the map says whose they are before it asks for the first, and waits to be told to.
# One host, named in full: the policy below then lets pictures come from it and from no other.
MAP_TILES_URL = env("MAP_TILES_URL", default="")
MAP_TILES_CREDIT = env("MAP_TILES_CREDIT", default="")  # the words their licence asks for
_tiles = urlsplit(MAP_TILES_URL)
if MAP_TILES_URL and (_tiles.scheme != "https" or not _tiles.netloc or "{" in _tiles.netloc):
    raise ImproperlyConfigured("MAP_TILES_URL needs https:// and one host without braces.")

# A search leaves no trace (P9).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *([f"https://{_tiles.netloc}"] if MAP_TILES_URL else [])],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "no-referrer"
# For /.well-known/security.txt, which is not there without it.
SECURITY_CONTACT = env("SECURITY_CONTACT", default="")
if SECURITY_CONTACT and ":" not in SECURITY_CONTACT:
    SECURITY_CONTACT = f"mailto:{SECURITY_CONTACT}"
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured("SECURITY_CONTACT needs an e-mail address or https://.")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS

# Only the path of a request is ever logged, and no client's address: see finder/logs.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_query": {"()": "finder.logs.WithoutQuery"}},
    "formatters": {"plain": {"format": "{levelname} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["without_query"],
            "formatter": "plain",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "finder.api.parameters.Schema",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `format` is no parameter: the address says which format
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Treatment centre directory",
    "DESCRIPTION": "Addiction and dual-diagnosis treatment centres: search, facts, provenance.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",  # its schemas are plain JSON Schema, which tests hold answers to
    "SERVERS": [{"url": SITE_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [],  # enumerations stand where they are used
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # it reads the vocabulary; a check has no database
}

# The geopy geocoder that places listings: a dotted path, so that `centres` need not know `finder`.
CENTRES_GEOCODER = "finder.places.geocoder.GazetteerGeocoder"

# Nominatim, for staff commands only: its usage policy forbids personal data and bulk use, so it is
# off unless an operator names a contact. https://operations.osmfoundation.org/policies/nominatim/
NOMINATIM_CONTACT = env("NOMINATIM_CONTACT", default="")
