"""All settings, every value through env.py. The defaults are the product's (LiveKit, MediaMTX, Docker)."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from cctv import env
from cctv.origins import connect_sources
from cctv.redis_urls import with_password

django_stubs_ext.monkeypatch()  # lets ModelAdmin[Camera] and the like be written
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Django
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
INSTANCE_ID = env.text("INSTANCE_ID", "cctv")
NAME_SUFFIX = env.text("NAME_SUFFIX", "")
ROOT_URLCONF = "cctv.urls"
ASGI_APPLICATION = "cctv.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "camera-list"
LOGOUT_REDIRECT_URL = "login"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "cctv",
    "accounts",
    "cameras",
    "quotas",
    "streaming",
    "walls",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
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
                "django.template.context_processors.i18n",
                "accounts.context.reader",
            ],
        },
    },
]

# --- PostgreSQL: DATABASE_URL is a libpq connection string or URI.
_dsn = conninfo_to_dict(env.text("DATABASE_URL", "postgresql://cctv@localhost:5432/cctv"))
DATABASES = {
    "default": {
        "ENGINE": "cctv.postgres",
        "NAME": _dsn.get("dbname", "cctv"),
        "USER": _dsn.get("user", ""),
        "PASSWORD": env.text("DATABASE_PASSWORD", "") or _dsn.get("password", ""),
        "HOST": _dsn.get("host", ""),
        "PORT": _dsn.get("port", ""),
        "CONN_HEALTH_CHECKS": True,  # a connection that PostgreSQL's restart cut is not handed out
        "OPTIONS": {
            "connect_timeout": 5,
            # The same few statements serve every reserve: PostgreSQL plans each once per connection.
            "server_side_binding": True,
            "prepare_threshold": 3,
            "options": f"-c lock_timeout={env.integer('LOCK_TIMEOUT_MS', 3000, least=1)} -c statement_timeout=20000",
            "pool": {
                "min_size": env.integer("DATABASE_POOL_MIN", 2),
                "max_size": env.integer("DATABASE_POOL_MAX", 20, least=1),
                "timeout": 5,
            },
        },
    }
}

# --- Redis / Valkey: may be lost at any time without losing a lease.
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379")  # without a database
REDIS_PASSWORD = env.text("REDIS_PASSWORD", "")
BROKER_URL = with_password(env.text("BROKER_URL", f"{REDIS_URL}/0"), REDIS_PASSWORD)
CHANNELS_URL = with_password(env.text("CHANNELS_URL", f"{REDIS_URL}/1"), REDIS_PASSWORD)
CACHE_URL = with_password(env.text("CACHE_URL", f"{REDIS_URL}/3"), REDIS_PASSWORD)
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": CHANNELS_URL, "socket_connect_timeout": 1, "socket_timeout": None}]},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Who may log in
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
HTTPS = env.flag("HTTPS", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = False  # the proxy in front redirects
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# Old keys stay after the first one, so that secrets at rest can be read while they are rewritten.
FIELD_ENCRYPTION_KEYS = env.words("FIELD_ENCRYPTION_KEYS") or [env.text("FIELD_ENCRYPTION_KEY")]

_self = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_self],
        "script-src": [_self],
        "style-src": [_self],
        "img-src": [_self, "data:", "blob:"],
        "media-src": [_self, "blob:"],
        "connect-src": [_self, *env.words("CSP_CONNECT")],
        "worker-src": [_self, "blob:"],
        "frame-ancestors": ["'none'"],
        "base-uri": [_self],
        "form-action": [_self],
        "object-src": ["'none'"],
    }
}

# --- Languages, time, static files
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["cctv.formats"]
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cctv.storage.ModuleManifestStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_auth.ApiKeyAuthentication",
        "accounts.api_auth.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cctv.parsers.DeepJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "cctv.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS says nothing that /api/schema does not
}
SIDECAR = {"SWAGGER_UI_DIST": "SIDECAR", "SWAGGER_UI_FAVICON_HREF": "SIDECAR", "REDOC_DIST": "SIDECAR"}
SPECTACULAR_SETTINGS = {"TITLE": "CCTV live view", "VERSION": "1.0.0", "SERVE_PUBLIC": True, **SIDECAR}

# --- Media plane: which adapter stands behind each port
SFU = env.choice("SFU", "livekit", ("livekit", "janus"))
GATEWAY = env.choice("GATEWAY", "mediamtx", ("mediamtx", "direct"))
PUSHER_RUNNER = env.choice("PUSHER_RUNNER", "docker", ("docker", "swarm", "forward", "auto", "supervisor"))
PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", "http://localhost:8000")
INTERNAL_BASE_URL = env.text("INTERNAL_BASE_URL", PUBLIC_BASE_URL)  # how a pusher reaches our WHIP endpoint
HLS_PUBLIC_BASE_URL = env.text("HLS_PUBLIC_BASE_URL", "")
MEDIA_CALL_TIMEOUT = env.number("MEDIA_CALL_TIMEOUT", 5.0, least=0.1)
LIVEKIT_API_URL = env.text("LIVEKIT_API_URL", "http://livekit:7880")  # how we reach it
LIVEKIT_PUBLIC_URL = env.text("LIVEKIT_PUBLIC_URL", "wss://localhost")  # how a browser reaches it
LIVEKIT_API_KEY = env.text("LIVEKIT_API_KEY", "")
LIVEKIT_API_SECRET = env.text("LIVEKIT_API_SECRET", "")
# ingress: through LiveKit Ingress; whip: the SFU's own endpoint.
LIVEKIT_INGEST = env.choice("LIVEKIT_INGEST", "ingress", ("ingress", "whip"))
LIVEKIT_WHIP_URL = env.text("LIVEKIT_WHIP_URL", LIVEKIT_API_URL)  # how a pusher reaches the SFU's own WHIP endpoint
INGRESS_WHIP_BASE_URL = env.text("INGRESS_WHIP_BASE_URL", "http://ingress:8080")  # how a pusher reaches Ingress
INGRESS_TRANSCODING = env.flag("INGRESS_TRANSCODING", False)  # three layers made by Ingress, at its CPU's cost
ROOM_EMPTY_SECONDS = env.integer("ROOM_EMPTY_SECONDS", 60, least=1)
WEBHOOK_MAX_AGE = env.number("WEBHOOK_MAX_AGE", 300, least=1)
MEDIAMTX_API_URL = env.text("MEDIAMTX_API_URL", "http://mediamtx:9997")
MEDIAMTX_HLS_URL = env.text("MEDIAMTX_HLS_URL", "http://mediamtx:8888")
GATEWAY_RTSP_BASE_URL = env.text("GATEWAY_RTSP_BASE_URL", "rtsp://mediamtx:8554")  # how a pusher reaches the gateway
GATEWAY_CLOSE_SECONDS = env.number("GATEWAY_CLOSE_SECONDS", 15, least=1)  # an unread source is kept this long
GATEWAY_MAX_READERS = env.integer("GATEWAY_MAX_READERS", 150, least=1)  # a net above our own limits
# TURN: none are offered while TURN_URLS is empty.
TURN_URLS = env.words("TURN_URLS")  # turn:host:3478?transport=udp,turns:host:5349?transport=tcp
TURN_SHARED_SECRET = env.text("TURN_SHARED_SECRET", "")
TURN_CREDENTIAL_SECONDS = env.integer("TURN_CREDENTIAL_SECONDS", 3600, least=60)
JANUS_URL = env.text("JANUS_URL", "http://127.0.0.1:8088/janus")
JANUS_API_SECRET = env.text("JANUS_API_SECRET", "")
JANUS_ADMIN_URL = env.text("JANUS_ADMIN_URL", "http://127.0.0.1:7088/admin")
JANUS_ADMIN_SECRET = env.text("JANUS_ADMIN_SECRET", "")
SUPERVISOR_SOCKET = env.text("SUPERVISOR_SOCKET", "")  # Unix socket of supervisord's XML-RPC
SUPERVISOR_PROGRAMS_DIR = env.text("SUPERVISOR_PROGRAMS_DIR", "")  # the folder supervisord includes
PUSHER_PYTHON = env.text("PUSHER_PYTHON", "/usr/bin/python3")  # the Python that has GStreamer's bindings
PUSHER_COMMAND = env.text("PUSHER_COMMAND", "")  # another pusher program; empty: PUSHER_PYTHON -m whip_pusher
PUSHER_LOG_DIR = env.text("PUSHER_LOG_DIR", "")
PUSHER_ICE_ADDRESSES = env.text("PUSHER_ICE_ADDRESSES", "")
# What the pusher makes of a camera that browsers cannot take as it is, and when that is so.
TRANSCODE_PROFILE = env.choice("TRANSCODE_PROFILE", "720p", ("1080p", "720p", "360p"))  # 25/25/15 fps, 3/1.5/0.5 Mbit/s
PUSHER_ENCODER_SPEED = env.choice(
    "PUSHER_ENCODER_SPEED",
    "ultrafast",
    ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium"),
)
PUSHER_ENCODER_THREADS = env.integer("PUSHER_ENCODER_THREADS", 1, least=1, most=64)  # of one encoder
PUSHER_MAX_GOP_SECONDS = env.number("PUSHER_MAX_GOP_SECONDS", 4, least=0.5, most=3600)  # rarer keyframes are transcoded
PUSHER_MAX_BITRATE_KBPS = env.integer("PUSHER_MAX_BITRATE_KBPS", 8000, least=100, most=1_000_000)
# Containers (docker and swarm). Memory in MB, CPUs as a share of one core.
DOCKER_HOST = env.text("DOCKER_HOST", "unix:///var/run/docker.sock")
PUSHER_IMAGE = env.text("PUSHER_IMAGE", "whip-pusher")
PUSHER_NETWORK = env.text("PUSHER_NETWORK", "cns_cctv-network")
PUSHER_MEMORY_MB = env.integer("PUSHER_MEMORY_MB", 150, least=32)
PUSHER_TRANSCODE_MEMORY_MB = env.integer("PUSHER_TRANSCODE_MEMORY_MB", 512, least=64)
PUSHER_CPUS = env.number("PUSHER_CPUS", 0.5, least=0.05)
PUSHER_TRANSCODE_CPUS = env.number("PUSHER_TRANSCODE_CPUS", 2.0, least=0.05)
PUSHER_CONSTRAINTS = env.words("PUSHER_CONSTRAINTS")  # Swarm placement: node.labels.role==pusher
HLS_DIR = env.text("HLS_DIR", "")  # where pushers write HLS where the gateway does not
HLS_MAX_BYTES = env.integer("HLS_MAX_BYTES", 32_000_000, least=1_000_000)

# Pages may connect to the media that we send them to.
_hls, _sfu = connect_sources(HLS_PUBLIC_BASE_URL), connect_sources(LIVEKIT_PUBLIC_URL) if SFU == "livekit" else []
CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] += _hls + _sfu
CONTENT_SECURITY_POLICY["DIRECTIVES"]["media-src"] += _hls  # where the browser plays HLS by itself

# --- Timing (DESIGN §3; seconds; cctv.checks keeps their order)
HEARTBEAT_INTERVAL = env.number("HEARTBEAT_INTERVAL", 15, least=0.1)
LEASE_SECONDS = env.number("LEASE_SECONDS", 45, least=0.1)
PAGE_CLOSED_SECONDS = env.number("PAGE_CLOSED_SECONDS", 8)
RENEWAL_WINDOW = env.number("RENEWAL_WINDOW", 60)
DRAIN_SECONDS = env.number("DRAIN_SECONDS", 5)
TEARDOWN_SECONDS = env.number("TEARDOWN_SECONDS", 5, least=0.1)
TICK_SECONDS = env.number("TICK_SECONDS", 1, least=0.1)
RECONCILE_SECONDS = env.number("RECONCILE_SECONDS", 15, least=0.1)
SOURCE_START_SECONDS = env.number("SOURCE_START_SECONDS", 10, least=0.1)
FIRST_PACKET_SECONDS = env.number("FIRST_PACKET_SECONDS", 12, least=0.1)
PUSHER_RECONNECT_SECONDS = env.number("PUSHER_RECONNECT_SECONDS", 25, most=3600)
BRING_UP_SECONDS = env.number("BRING_UP_SECONDS", 15, least=0.1)
WORK_LEASE_SECONDS = env.number("WORK_LEASE_SECONDS", 10, least=0.1)
WORK_LEASE_RENEW_SECONDS = env.number("WORK_LEASE_RENEW_SECONDS", 3, least=0.1)
PAUSED_SECONDS = env.number("PAUSED_SECONDS", 300)
VIEWER_TOKEN_SECONDS = env.number("VIEWER_TOKEN_SECONDS", 3600, least=1)
RETRY_FAST_SECONDS = env.number("RETRY_FAST_SECONDS", 30)
RETRY_MAX_SECONDS = env.number("RETRY_MAX_SECONDS", 30, least=1)
SOURCE_AWAY_SECONDS = env.number("SOURCE_AWAY_SECONDS", 600)
PROBE_AWAY_SECONDS = env.number("PROBE_AWAY_SECONDS", 30, least=1)
ORPHAN_GRACE_SECONDS = env.number("ORPHAN_GRACE_SECONDS", 10)

# --- Admission defaults (DESIGN §4); rows in quotas override them
SYSTEM_CAMERA_LIMIT = env.integer("SYSTEM_CAMERA_LIMIT", 500)
CAMERA_WEBRTC_LIMIT = env.integer("CAMERA_WEBRTC_LIMIT", 100)
CAMERA_HLS_LIMIT = env.integer("CAMERA_HLS_LIMIT", 8)
VIEWER_CAMERA_LIMIT = env.integer("VIEWER_CAMERA_LIMIT", 25)
AGENCY_CAMERA_LIMIT = env.integer("AGENCY_CAMERA_LIMIT", 20)

# --- The wall
MOSAIC_MAX_TILES = env.integer("MOSAIC_MAX_TILES", 16, least=1, most=25)

# --- How long history is kept, in days; 0: for ever
USAGE_KEEP_DAYS = env.integer("USAGE_KEEP_DAYS", 400)  # minutes of the agencies' usage
AUDIT_KEEP_DAYS = env.integer("AUDIT_KEEP_DAYS", 400)  # who asked for what, and what streams went through

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_DIR = env.text("LOG_DIR", "")  # where recent_errors and debug_bundle find log files; empty: nowhere
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cctv.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Two lines a tick would bury everything else.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        # A refusal is an answer, recorded as a StreamRequest, and not a fault.
        "django.request": {"level": "ERROR"},
    },
}
