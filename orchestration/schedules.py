"""The clock: the nightly job opens with the group's first window, and says why when it does not run.

A run that was scheduled in time can still start late (a queue, a retry), so the first step of the line asks
again: `refuse_when_closed`. Runs that a person starts are that person's decision and are not refused.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import dagster as dg

from ingestion.group import Window
from orchestration.windows import closed_because

WINDOW_TAG = "concord/window"


def nightly(job: str, window: Window) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{job}_nightly",
        job_name=job,
        cron_schedule=f"{window.start.minute} {window.start.hour} * * *",
        execution_timezone=window.zone,
        description=(
            f"Runs when window {window.name!r} opens"
            f" ({window.start:%H:%M} to {window.end:%H:%M} {window.zone}), except in its blackouts."
        ),
        metadata={"window": window.name, "owner": window.owner},
    )
    def opening(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time
        if reason := closed_because(window, moment):
            return dg.SkipReason(reason)
        return dg.RunRequest(run_key=moment.isoformat(), tags={WINDOW_TAG: window.name})

    return opening


def refuse_when_closed(tags: Mapping[str, str], windows: Mapping[str, Window]) -> None:
    """Stop a run that a schedule started and that reaches its first step outside its window."""
    window = windows.get(tags.get(WINDOW_TAG, ""))
    if window and (reason := closed_because(window, datetime.now(UTC))):
        raise dg.Failure(
            f"This scheduled run came too late: {reason} To run now all the same: concord run",
            allow_retries=False,
        )
