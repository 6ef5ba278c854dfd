"""Celery: queues `tick` (short, by beat), `media` (bring-up, tear-down), `aux` (snapshots, probes); the beat table."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cctv.settings")
from django.conf import settings  # settings need the variable above
from django.core.exceptions import ImproperlyConfigured

app = Celery("cctv")
app.conf.update(
    broker_url=settings.BROKER_URL,
    # Publishing fails soon, without a retry: the beat finds the row anyway. The time-out also bounds a Redis that
    # hangs; it is above the second for which a worker's blocking pop waits.
    broker_transport_options={
        "socket_connect_timeout": 1,
        "socket_timeout": 3,
        "max_retries": 0,
        "interval_start": 0,
    },
    broker_connection_timeout=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_publish_retry=False,
    task_ignore_result=True,
    task_default_queue="media",
    task_routes={
        "streaming.tick.*": {"queue": "tick"},
        "streaming.media.*": {"queue": "media"},
        "streaming.aux.*": {"queue": "aux"},
    },
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    enable_utc=True,
    timezone="UTC",
    beat_schedule={
        "overdue": {
            "task": "streaming.tick.overdue",
            "schedule": settings.TICK_SECONDS,
            "options": {"expires": max(settings.TICK_SECONDS, 1)},
        },
        "pushers": {
            "task": "streaming.tick.pushers",
            "schedule": settings.TICK_SECONDS,
            "options": {"expires": max(settings.TICK_SECONDS, 1)},
        },
        "reconcile": {
            "task": "streaming.tick.reconcile",
            "schedule": settings.RECONCILE_SECONDS,
            "options": {"expires": settings.RECONCILE_SECONDS},
        },
        "probe-away": {
            "task": "streaming.tick.probe_away",
            "schedule": settings.PROBE_AWAY_SECONDS,
            "options": {"expires": settings.PROBE_AWAY_SECONDS},
        },
        "usage": {"task": "streaming.tick.usage", "schedule": 10.0, "options": {"expires": 10}},
        "housekeeping": {"task": "streaming.tick.housekeeping", "schedule": 3600.0, "options": {"expires": 3600}},
    },
)
app.autodiscover_tasks(["streaming"])


@setup_logging.connect
def _django_logging(**_: Any) -> None:
    """Celery would replace the JSON formatter by its own; Django has configured logging already."""


@worker_init.connect
@beat_init.connect
def _start_only_with_good_settings(**_: Any) -> None:
    """SystemExit, because Celery logs any other error of a receiver and goes on."""
    from cctv.startup import refuse_wrong_settings

    try:
        refuse_wrong_settings()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None
