"""Django settings; what differs between machines comes from the environment (docs/configuration.md)."""

import os
from pathlib import Path

from hpo_dashboard import broker
from hpo_dashboard.environment import choice, database, flag, listed, log_level, number
from hpo_dashboard.home import home, secret_key

HOME = home()
PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
#: In a wheel, templates and static files travel inside the package.
ASSETS = PACKAGE / "bundled" if (PACKAGE / "bundled").is_dir() else CHECKOUT


SECRET_KEY = secret_key(HOME)
DEBUG = flag("DEBUG")
ALLOWED_HOSTS = [*listed("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]  # health checks are local
CSRF_TRUSTED_ORIGINS = listed("CSRF_TRUSTED_ORIGINS")
USE_X_FORWARDED_HOST = flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton",
    "django_htmx",
    "ninja",
    "trials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hpo_dashboard.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "hpo_dashboard.urls"
WSGI_APPLICATION = "hpo_dashboard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ASSETS / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trials.views.frame.frame",
            ],
            "builtins": ["trials.templatetags.wording"],
        },
    }
]
COTTON_DIR = "components"

# --- database -----------------------------------------------------------------------------------------
DATABASES = {"default": database(default=f"sqlite:///{HOME / 'hpo.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN, so concurrent writers queue instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker -------------------------------------------------------------------------------------------
#: Without $REDIS_URL: the private broker that `up` starts for this home.
REDIS_URL = os.environ.get("REDIS_URL") or broker.url(broker.socket_path(HOME))
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False  # the lease in the trial's row does the work of acknowledgements
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_TASK_ROUTES = {
    "trials.tasks.run_trial": {"queue": "training"},
    "trials.tasks.finalise_study": {"queue": "training"},
    "trials.tasks.advance_study": {"queue": "optimizers"},
    "trials.tasks.update_insights": {"queue": "optimizers"},
    "trials.tasks.demonstrate": {"queue": "optimizers"},
}
CELERY_TASK_DEFAULT_QUEUE = "optimizers"
CELERY_TASK_PUBLISH_RETRY = False  # a lost nudge is harmless: every worker reconciles once a second
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_ENABLE_UTC = True

# --- trials -------------------------------------------------------------------------------------------
HPO_LEASE_SECONDS = number("HPO_LEASE_SECONDS", 15, at_least=0.5)
HPO_HEARTBEAT_SECONDS = number("HPO_HEARTBEAT_SECONDS", 3, at_least=0.05)
HPO_TRIAL_MEMORY_MB = int(number("HPO_TRIAL_MEMORY_MB", 4096, at_least=1))
HPO_TRIAL_SECONDS = number("HPO_TRIAL_SECONDS", 24 * 3600, at_least=0.1)
#: What one training may leave for a later one to take up, and what those of one study may take together.
HPO_CHECKPOINT_MB = number("HPO_CHECKPOINT_MB", 256, at_least=0)
HPO_CHECKPOINTS_MB = number("HPO_CHECKPOINTS_MB", 2048, at_least=0)
HPO_INSIGHT_SECONDS = number("HPO_INSIGHT_SECONDS", 3, at_least=0)
#: What this process is called in leases and on the workers page; `up` names its children.
HPO_WORKER = os.environ.get("HPO_WORKER", "")

# --- uploads ------------------------------------------------------------------------------------------
#: The largest tables that are taken: megabytes, rows, columns, characters in one cell.
HPO_UPLOAD_MB = number("HPO_UPLOAD_MB", 100, at_least=0.001)
HPO_UPLOAD_ROWS = int(number("HPO_UPLOAD_ROWS", 1_000_000, at_least=1))
HPO_UPLOAD_COLUMNS = int(number("HPO_UPLOAD_COLUMNS", 1_000, at_least=1))
HPO_UPLOAD_FIELD = int(number("HPO_UPLOAD_FIELD", 100_000, at_least=1))
#: Files are written to disk while they arrive, beside the place where they wait to be saved.
FILE_UPLOAD_HANDLERS = ["trials.views.receiving.ToDisk"]
FILE_UPLOAD_TEMP_DIR = HOME / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
#: A table of a thousand columns has two fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- people and pages ---------------------------------------------------------------------------------
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "studies"
SESSION_ENGINE = "hpo_dashboard.signed_in"
#: The second one keeps people signed in who came by it, under an older version.
AUTHENTICATION_BACKENDS = ["hpo_dashboard.signed_in.People", "django.contrib.auth.backends.ModelBackend"]
SESSION_COOKIE_NAME = "hpo_session"
SESSION_COOKIE_AGE = 180 * 24 * 3600
CSRF_COOKIE_NAME = "hpo_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("HTTPS_ONLY")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
STATIC_URL = "/static/"
STATICFILES_DIRS = [ASSETS / "static"]
#: Served straight from the source folder: no collectstatic step between an upgrade and the page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0  # browsers ask again, so an upgrade shows at once
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "not_health": {"()": "hpo_dashboard.quiet.NotHealth"},
        "subject": {"()": "trials.engine.log_context.Subject"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}:{subject} {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime} {levelname} {name} {message} {study} {trial}",
            "style": "{",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": choice("LOG_FORMAT", ("line", "json")),
            "filters": ["subject"],
        }
    },
    "root": {"handlers": ["console"], "level": log_level("LOG_LEVEL")},
    "loggers": {
        "celery": {"level": "WARNING"},
        "django.request": {"level": "ERROR", "filters": ["not_health"]},
    },
}
