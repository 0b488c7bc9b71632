"""How often somebody may ask, counted in Redis so that all web processes count together."""

from __future__ import annotations

import time

import django_rq
from redis.exceptions import RedisError

from config.queue import QueueDown

MINUTE = 60


def seconds_to_wait(name: str, per_minute: int) -> int:
    """Count one request of `name`; 0 where it may go on, else the seconds until the next minute.

    Raises QueueDown where Redis does not answer.
    """
    now = time.time()
    key = f"rate:{name}:{int(now // MINUTE)}"
    try:
        pipe = django_rq.get_connection("default").pipeline()
        count, _expires = pipe.incr(key).expire(key, 2 * MINUTE).execute()
    except RedisError as error:
        raise QueueDown(str(error)) from error
    return 0 if count <= per_minute else MINUTE - int(now % MINUTE)
