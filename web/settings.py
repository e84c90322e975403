"""Django's settings; everything about the office itself stands in schedule.yaml."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LOA_DATA") or "var").resolve()


def _secret_key() -> str:
    """A key of this data folder's own, made at first use and readable by its owner only."""
    path = DATA / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        DATA.mkdir(parents=True, exist_ok=True)
    # Linked when it is whole: whoever dies before leaves nothing, and of two who begin one is first.
    new = DATA / f"secret-key.{os.getpid()}"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    with suppress(FileExistsError):
        os.link(new, path)
    new.unlink()
    return path.read_text()


_SOON_GONE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4"
"""The server lets go within half a minute of a machine that vanished with its locks, not within hours."""


def _database() -> dict[str, Any]:
    address = os.environ.get("DATABASE_URL", "")
    if address:
        parts = urlsplit(address)
        if parts.scheme not in ("postgres", "postgresql"):
            raise ValueError("DATABASE_URL: only postgresql:// is known; leave it out for SQLite")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": {"connect_timeout": 10, "tcp_user_timeout": 30_000, "options": _SOON_GONE},
            # Vietnamese whatever the locale that the server was set up under.
            "TEST": {"CHARSET": "UTF8", "TEMPLATE": "template0"},
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "loa.sqlite3",
        "OPTIONS": {
            # FULL, for a committed intent that a power cut rolls back is a post that goes out twice.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
        },
    }


BASE_URL = os.environ.get("LOA_BASE_URL", "")
"""The office's public address, as schedule.yaml has it; a proxy in front of us may end its TLS."""

SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("LOA_HOSTS", "").split(",") if host] or ["*"]
DATABASES = {"default": _database()}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "axes",
    "pipeline.apps.PipelineConfig",
]
if "postgresql" in DATABASES["default"]["ENGINE"] and find_spec("procrastinate"):
    # Its migrations are PostgreSQL's own; see pipeline/deliver/cluster.py.
    INSTALLED_APPS.append("procrastinate.contrib.django")
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "web.middleware.Packed",
    "web.middleware.headers",
    "web.middleware.language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "web.middleware.Csrf",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "web.middleware.ends",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {"environment": "web.jinja.environment", "extensions": ["jinja2.ext.i18n"]},
    }
]
ROOT_URLCONF = "web.urls"
WSGI_APPLICATION = "web.wsgi.application"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    # Of accounts from before Argon2: exchanged at their next sign-in.
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
# The first refuses whoever guesses, the second knows passwords.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Not by name alone, or anybody could keep an officer out; behind a proxy all share its address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# The time that was told stays true, however often somebody tries meanwhile.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "web.console.signin.locked_out"
OTP_TOTP_ISSUER = "Loa"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
"""Seconds that a link to choose a password is good for."""
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "web.passwords.Length", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/console/login"
LOGIN_REDIRECT_URL = "/console/"
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "web" / "locale"]
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(BASE_URL))] if BASE_URL else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = "/console/"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
"""Seconds; `web.middleware.ends` keeps it, and a shorter one without a sign of life."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "web.refusals.stale_form"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None
"""The command sets logging up, with a filter that masks secrets."""
