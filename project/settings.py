"""Every setting, read once from the environment; a line each says why it is so."""

from __future__ import annotations

from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from kombu import Exchange, Queue

from project import environment, log_lines

# Makes `QuerySet[User]` and the like legal at run time; the types are only checked by mypy.
django_stubs_ext.monkeypatch()

BASE_DIR = environment.BASE_DIR
DATA_DIR = environment.read_data_folder()
environment.load_env_file(DATA_DIR / ".env")

DEBUG = environment.read_bool("DEBUG")
SECRET_KEY = environment.read_text("SECRET_KEY")
# The first key encrypts, all decrypt: that is how a key is rotated.
ENCRYPTION_KEYS = environment.read_fernet_keys("ENCRYPTION_KEYS")
if not SECRET_KEY or not ENCRYPTION_KEYS:
    environment.stop(
        f"SECRET_KEY and ENCRYPTION_KEYS are not set. `make run` creates them in {DATA_DIR / '.env'}; "
        "in production set both in the environment."
    )

# Signs checkpoints of the log; the database never sees it. The first signs, notes of all are good.
LOG_SIGNING_KEY = environment.read_signing_keys("LOG_SIGNING_KEY")
# Checkpoints that only the database held could be changed together with the log.
LOG_CHECKPOINTS = environment.read_places("LOG_CHECKPOINTS", (DATA_DIR / "checkpoints").as_uri())

# For how long events are kept where a tenant wants nothing else; the log's guards insist on a whole day.
LOG_RETENTION_DAYS = environment.read_int("LOG_RETENTION_DAYS", 90, least=1, most=36_500)

PORT = environment.read_port()
BASE_URL = environment.read_text("BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
if urlsplit(BASE_URL).scheme not in {"http", "https"} or not urlsplit(BASE_URL).hostname:
    environment.stop("BASE_URL must be an address such as https://scim.example.com.")
ALLOWED_HOSTS = environment.read_list(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", urlsplit(BASE_URL).hostname or "localhost"]
)
SECURE = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "rest_framework",
    "django_scim",
    "tenants",
    "audit",
    "directory",
    "downstream",
    "scim",
    "api",
    "dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "project.shortcut.Shortcut",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
# A redirect to add a slash turns a POST into a GET; SCIM clients then lose what they sent.
APPEND_SLASH = False

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
                "dashboard.context.workspace",
            ],
        },
    },
]

DATABASES = {
    "default": environment.read_database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'lockstep.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at the start, so that read-then-write never fails half-way;
    # FULL makes a commit survive a power cut, which a 201 promises.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
    }
    # Opening runs three PRAGMAs, and closing the last connection empties the log into the file.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Of each worker process; they wait for targets most of the time. Each has a database connection.
DELIVERY_THREADS = environment.read_int("DELIVERY_THREADS", 16, least=1, most=200)
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = environment.read_text("CELERY_BROKER_URL", "filesystem://localhost//")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"data_folder_in": str(BROKER_DIR), "data_folder_out": str(BROKER_DIR), "polling_interval": 0.05}
    | {"control_folder": str(BROKER_DIR / "control")}
    if CELERY_BROKER_URL.startswith("filesystem:")
    # A broker that accepts and never answers must not hold the publishing thread.
    else {"socket_timeout": 5, "socket_connect_timeout": 2}
)
# Fresh changes, what came in bulk, periodic duties; a worker serves all of them unless it is told otherwise.
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name, durable=True) for name in ("drain", "bulk", "control")
]
CELERY_TASK_DEFAULT_QUEUE = "control"
CELERY_TASK_ROUTES = {"downstream.tasks.wake": {"queue": "drain"}}
# Wake-ups only: nothing is kept in the broker that would matter if it were lost.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# Mail of alerts. Without an address of a server there are no mail channels.
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = (
    environment.read_mail_server("EMAIL_URL")
)
# A mail server that accepts and never answers must not hold the sender of alerts.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.read_text("EMAIL_FROM", f"lockstep@{urlsplit(BASE_URL).hostname}")
# Private networks that alert webhooks may be sent to: the others are none of a tenant's business.
ALERT_NETWORKS = environment.read_networks("ALERT_NETWORKS")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Django's own, but a name that was tried in vain too often has to wait.
AUTHENTICATION_BACKENDS = ["tenants.guessing.PatientBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "assets" / "collected"
STATICFILES_DIRS = [("vendor", BASE_DIR / "assets" / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# No CDN, no inline script, no eval. `data:` images are the chevrons and ticks inside Tabler's style sheet.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
# A year: who came by https once is not lured to http. Only for this host name: its neighbours are others'.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
# Proxies in front, whose X-Forwarded-For is believed: the log tells the client's address behind them.
TRUSTED_PROXIES = environment.read_networks("TRUSTED_PROXIES")

# A group of 80,000 members still fits; what is larger is refused with 413 before it is read.
MAX_BODY_BYTES = 8 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

SCIM_SERVICE_PROVIDER = {
    "USER_MODEL_GETTER": "scim.hooks.get_user_model",
    "USER_ADAPTER": "scim.adapters.UserAdapter",
    "USER_FILTER_PARSER": "scim.filters.UserFilter",
    "GROUP_MODEL": "directory.models.Group",
    "GROUP_ADAPTER": "scim.adapters.GroupAdapter",
    "GROUP_FILTER_PARSER": "scim.filters.GroupFilter",
    "SERVICE_PROVIDER_CONFIG_MODEL": "scim.discovery.ServiceProviderConfig",
    "SCHEMAS_GETTER": "scim.discovery.schemas",
    "BASE_LOCATION_GETTER": "scim.hooks.base_location",
    "AUTH_CHECK_MIDDLEWARE": "scim.authentication.Authentication",
    "WWW_AUTHENTICATE_HEADER": 'Bearer realm="Lockstep"',
    "NETLOC": urlsplit(BASE_URL).netloc,
    "SCHEME": urlsplit(BASE_URL).scheme,
    "AUTHENTICATION_SCHEMES": [
        {
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token of the tenant in the Authorization header.",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": True,
        },
        {
            "type": "httpbasic",
            "name": "HTTP Basic",
            "description": "A credential's user name and secret.",
            "specUri": "https://www.rfc-editor.org/rfc/rfc7617",
        },
    ],
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.authentication.HasCredential"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "api.errors.answer",
    "UNAUTHENTICATED_USER": None,
}

LOGGING = log_lines.LOGGING
