"""PostgreSQL, Redis and the workers: is each there, and how quickly?"""

from __future__ import annotations

import time
from collections.abc import Iterator

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cctv.celery import app
from streaming.diagnosis.verdicts import FAIL, OK, WARN, Verdict

QUEUES = ("tick", "media", "aux")
SLOW_QUERY = 0.1  # seconds of one round trip
CROWDED = 0.8  # of PostgreSQL's connections
REDIS_SECONDS = 2
PILED_UP = 100  # messages that wait in one queue
SERVICES = "`make demo-status`, or `docker compose ps`"


def database() -> Iterator[Verdict]:
    connection.ensure_connection()
    start = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('max_connections')::int")
        version, most = cursor.fetchone()
        took = time.monotonic() - start
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        (used,) = cursor.fetchone()
    seen = f"PostgreSQL {version}, round trip {took * 1000:.1f} ms, {used} of {most} connections"
    if took > SLOW_QUERY:
        yield Verdict("database", WARN, seen, "slow: is its host overloaded, or far away?", took)
    elif used > most * CROWDED:
        yield Verdict("database", WARN, seen, "raise max_connections, or lower DATABASE_POOL_MAX", took)
    else:
        yield Verdict("database", OK, seen, seconds=took)


def migrations() -> Iterator[Verdict]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in pending)
    yield (
        Verdict("migrations", FAIL, f"not applied: {names}", "`manage.py migrate`")
        if pending
        else Verdict("migrations", OK, "all applied")
    )


def broker() -> Iterator[Verdict]:
    yield _redis("broker", settings.BROKER_URL, "no worker hears of anything")


def channel_layer() -> Iterator[Verdict]:
    yield _redis("channel layer", settings.CHANNELS_URL, "pages hear of changes seconds later")


def _redis(name: str, url: str, harm: str) -> Verdict:
    client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=REDIS_SECONDS)
    start = time.monotonic()
    try:
        client.ping()
        took = time.monotonic() - start
        version = client.info("server").get("redis_version", "?")
    except redis.RedisError as error:
        seen = f"{type(error).__name__}: {harm}"
        return Verdict(name, FAIL, seen, f"is Redis (Valkey) up? {SERVICES}; no lease is lost meanwhile")
    finally:
        client.close()
    return Verdict(name, OK, f"Redis {version}, round trip {took * 1000:.1f} ms", seconds=took)


def cached() -> Iterator[Verdict]:
    start = time.monotonic()
    key, value = "check_system", str(start)
    try:
        cache.set(key, value, timeout=REDIS_SECONDS * 5)
        kept = cache.get(key) == value
    except (redis.RedisError, OSError) as error:
        yield Verdict("cache", FAIL, type(error).__name__, f"is Redis (Valkey) up? {SERVICES}")
        return
    took = time.monotonic() - start
    if kept:
        yield Verdict("cache", OK, f"written and read in {took * 1000:.1f} ms", seconds=took)
    else:
        yield Verdict("cache", WARN, "what was written was not found again", "is Redis out of memory, evicting keys?")


def workers(seconds: float) -> Iterator[Verdict]:
    """Each queue by itself: somebody that answers within `seconds` must take from it."""
    answers = app.control.inspect(timeout=seconds).active_queues() or {}
    waiting = _waiting()
    for queue in QUEUES:
        takers = sorted(name for name, queues in answers.items() if queue in {each["name"] for each in queues})
        yield _worker(queue, takers, waiting[queue])


def _worker(queue: str, takers: list[str], waiting: int) -> Verdict:
    name, mend = f"worker {queue}", f"{SERVICES}: is worker-{queue} running? its log; `recent_errors`"
    if not takers:
        return Verdict(name, FAIL, f"nobody answers; {waiting} messages wait", mend)
    seen = f"{', '.join(takers)}; {waiting} messages wait"
    return (
        Verdict(name, WARN, seen, f"too few threads, or all of them hang: {mend}")
        if waiting > PILED_UP
        else Verdict(name, OK, seen)
    )


def _waiting() -> dict[str, int]:
    client = redis.Redis.from_url(settings.BROKER_URL, socket_connect_timeout=1, socket_timeout=REDIS_SECONDS)
    try:
        return {queue: client.llen(queue) for queue in QUEUES}
    finally:
        client.close()
