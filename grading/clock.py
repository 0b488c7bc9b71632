"""What is due when; `manage.py clock` queues it for the workers."""

from rq import cron

from config.sqlite.rows import count_rows
from grading.monitor_jobs import (
    look_after_service,
    monitor_graders,
    purge_answers,
    take_up_lost,
)

KEPT = 3600  # seconds that a result or a failure is remembered

cron.register(monitor_graders, "default", cron="2 * * * *", result_ttl=KEPT, ttl=KEPT, failure_ttl=KEPT)
cron.register(purge_answers, "default", cron="32 * * * *", result_ttl=KEPT, ttl=KEPT, failure_ttl=KEPT)
cron.register(count_rows, "default", cron="47 * * * *", result_ttl=KEPT, ttl=KEPT, failure_ttl=KEPT)
cron.register(take_up_lost, "default", cron="*/5 * * * *", result_ttl=KEPT, ttl=300, failure_ttl=KEPT)
cron.register(
    look_after_service, "default", cron="*/5 * * * *", result_ttl=KEPT, ttl=300, failure_ttl=KEPT
)
