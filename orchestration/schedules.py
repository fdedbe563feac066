"""The clock: the nightly job opens with the group's first window, and says why when it does not run.

A run that was scheduled in time can still start late (a queue, a retry), so the first step of the line asks
again: `refuse_when_closed`. Runs that a person starts are that person's decision and are not refused.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import dagster as dg

from ingestion.group import Group, Window
from ingestion.lanes import Lane
from orchestration import environment, publication
from orchestration.windows import closed_because, kept_free_because

WINDOW_TAG = "concord/window"
LANE_TAG = "concord/lane"
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


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


def of_lane(lane: Lane, group: Group, job: str) -> dg.ScheduleDefinition:
    """Ticks at the lane's cadence; not in blackouts, not while the run before goes on, not without need."""
    bound = f"inside window {lane.window!r}" if lane.window else "except in blackouts"

    @dg.schedule(
        name=f"lane_{lane.name}",
        job_name=job,
        cron_schedule=lane.cron,
        execution_timezone=group.zone,
        description=f"Lane {lane.name!r}, {bound}: {', '.join(lane.carried)}.",
        metadata={"lane": lane.name, "owner": lane.owner},
    )
    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time
        tags = {LANE_TAG: lane.name} | ({WINDOW_TAG: lane.window} if lane.window else {})
        reason = _closed(tags, group.windows, moment) or _published_since(lane, moment)
        if not reason:
            going_on = context.instance.get_runs(
                dg.RunsFilter(job_name=job, statuses=UNFINISHED), limit=1
            )
            if going_on:
                reason = f"run {going_on[0].run_id[:8]} of {job} is not finished"
        if reason:
            return dg.SkipReason(reason)
        return dg.RunRequest(run_key=f"{lane.name} {moment.isoformat()}", tags=tags)

    return due


def refuse_when_closed(tags: Mapping[str, str], windows: Mapping[str, Window]) -> None:
    """Stop a run that a schedule started and that reaches its first step outside its window."""
    if reason := _closed(tags, windows, datetime.now(UTC)):
        raise dg.Failure(
            f"This scheduled run came too late: {reason} To run now all the same: concord run",
            allow_retries=False,
        )


def _closed(tags: Mapping[str, str], windows: Mapping[str, Window], moment: datetime) -> str | None:
    if window := windows.get(tags.get(WINDOW_TAG, "")):
        return closed_because(window, moment)
    return kept_free_because(windows.values(), moment) if LANE_TAG in tags else None


def _published_since(lane: Lane, moment: datetime) -> str | None:
    """Why a lane of marts need not run: what is published is younger than it asks."""
    said = publication.current(environment.published_path()) if lane.marts else None
    if said is None:
        return None
    age = moment - datetime.fromisoformat(said["published_at"])
    if age >= lane.every:
        return None
    return (
        f"{', '.join(lane.marts)} were published {age // timedelta(minutes=1)} minutes ago by run"
        f" {said['run_id'][:8]}"
    )
