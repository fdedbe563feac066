"""Lanes as jobs and as lines of `concord status`; when they are due is in `schedules.py`.

A lane of topics is no job: `live_worker.py` stays and looks. A lane of streams loads them, in the writer's
turn. A lane of marts starts the whole line, for nothing is published that wasn't audited.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from rich.console import Console
from rich.table import Table

from ingestion import group as group_file
from ingestion import source_of
from ingestion.group import Group
from ingestion.lanes import Lane
from orchestration import environment, live_worker, marts, publication, raw, runs
from orchestration.load import VENDOR_DATES, load_accounts
from orchestration.schedules import of_lane, refuse_when_closed
from orchestration.writer import (
    PROCESS_TAG,
    RETRIES,
    WRITER,
    only_transient_faults_are_retried,
)


def jobs(group: Group) -> Iterator[dg.JobDefinition]:
    """A job per lane of streams."""
    yield from (_loading(lane) for lane in group.lanes.values() if lane.streams)


def schedules(
    group: Group, line: str, manifest: Mapping[str, Any]
) -> Iterator[dg.ScheduleDefinition]:
    """A clock per lane that a schedule serves; ``line`` is the job that publishes."""
    public = {mart.name for mart in marts.public(manifest)}
    for lane in group.lanes.values():
        if unknown := sorted(set(lane.marts) - public):
            raise ValueError(
                f"{environment.group_file()}, lane '{lane.name}': no public mart '{unknown[0]}';"
                f" choose from {', '.join(sorted(public))}"
            )
        if not lane.topics:
            yield of_lane(lane, group, line if lane.marts else job_of(lane))


def show(console: Console, group: Group) -> None:
    """A line per lane: what it carries, how often, how it stands."""
    if not group.lanes:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("lane", "every", "carries", "owner", "stands"):
        table.add_column(column)
    for lane in group.lanes.values():
        at = f" at {lane.at:%H:%M}" if lane.at else ""
        table.add_row(
            lane.name, f"{lane.every}{at}", ", ".join(lane.carried), lane.owner, _stands(lane)
        )
    console.print(table)


def job_of(lane: Lane) -> str:
    return f"load_{lane.name}_lane"


def _loading(lane: Lane) -> dg.JobDefinition:
    """Loads the lane's streams into raw and nothing else; the rest of raw keeps its cursors."""

    @dg.op(
        name=f"load_{lane.name}",
        pool=WRITER,
        retry_policy=RETRIES,
        out=dg.Out(dg.Nothing),
    )
    def load_lane(context: dg.OpExecutionContext) -> None:
        group = group_file.load(environment.group_file())
        context.instance.add_run_tags(context.run_id, {PROCESS_TAG: str(os.getpid())})
        refuse_when_closed(context.run.tags, group.windows)
        for system, streams in _by_system(lane).items():
            accounts = group.accounts_of(system)
            with only_transient_faults_are_retried():
                results = load_accounts(accounts, group, context, streams)
            dates = {r.account: r.vendor_date.isoformat() for r in results if r.vendor_date}
            for table in _tables(system, streams):
                rows = sum(result.rows.get(table, 0) for result in results)
                context.log_event(
                    dg.AssetMaterialization(
                        [f"raw_{system}", table],
                        metadata={"rows_loaded": rows, "lane": lane.name, VENDOR_DATES: dates},
                    )
                )

    @dg.job(
        name=job_of(lane),
        executor_def=dg.in_process_executor,
        description=f"Load {', '.join(lane.streams)} into raw; nothing is built or published.",
        metadata={"owner": lane.owner},
    )
    def load_lane_job() -> None:
        load_lane()

    return load_lane_job


def _by_system(lane: Lane) -> dict[str, frozenset[str] | None]:
    """System -> the streams to load; None: all of them."""
    named: dict[str, set[str]] = {}
    for system, _, stream in (one.partition(".") for one in lane.streams):
        named.setdefault(system, set()).add(stream)
    return {s: None if "" in streams else frozenset(streams) for s, streams in named.items()}


def _tables(system: str, streams: frozenset[str] | None) -> Iterator[str]:
    if streams is None:
        yield from raw.tables_of(system)
        return
    for stream in source_of(system).STREAMS:
        if stream.name in streams:
            yield from (table.name for table in stream.tables if table.landed)


def _stands(lane: Lane) -> str:
    if lane.topics:
        return _worker_stands()
    if lane.marts:
        said = publication.current(environment.published_path())
        return (
            f"published {_ago(datetime.fromisoformat(said['published_at']))}" if said else "never"
        )
    if not environment.dagster_home().exists():
        return "never loaded"
    with runs.instance() as storage:
        last = storage.get_run_records(dg.RunsFilter(job_name=job_of(lane)), limit=1)
    if not last:
        return "never loaded"
    status, started = last[0].dagster_run.status.value.lower(), last[0].start_time
    return f"{status} {_ago(datetime.fromtimestamp(started, UTC))}" if started else status


def _worker_stands() -> str:
    said = live_worker.said(environment.live_path())
    if said is None:
        return "never started: concord live"
    checked = _ago(datetime.fromisoformat(said["checked_at"]))
    shown = f"{checked}, {said['live_orders']} live orders"
    if not runs.is_alive(said["process"]):
        return f"stopped {shown}; events are kept, go on with: concord live"
    waiting = f", {said['waiting_events']} events wait" if said["waiting_events"] else ""
    message = f": {said['message']}" if said["message"] else ""
    return f"{said['state']} {shown}{waiting}{message}"


def _ago(moment: datetime) -> str:
    seconds = int((datetime.now(UTC) - moment).total_seconds())
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago" if seconds < 7200 else f"{seconds / 3600:.1f} h ago"
