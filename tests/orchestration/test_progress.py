"""What a log shows of a run: each step's start and end, audits together, what was never reached."""

import io
from dataclasses import dataclass
from typing import Any

import dagster as dg
from rich.console import Console

from orchestration.progress import Progress

KEYS = ["load_shopify", "transform_2", "identity", "transform", "audit", "audit_late"]


@dataclass
class Event:
    event_type_value: str
    message: str = ""
    asset_check_evaluation_data: Any = None


@dataclass
class Entry:
    step_key: str
    dagster_event: Any
    user_message: str = ""


def checked(
    table: str, *, passed: bool, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
) -> Event:
    evaluation = dg.AssetCheckEvaluation(
        dg.AssetKey(["marts", table]), "audit", passed, {}, severity=severity, blocking=True
    )
    return Event("ASSET_CHECK_EVALUATION", asset_check_evaluation_data=evaluation)


def shown(*events: tuple[str, str | Event]) -> tuple[list[str], Progress]:
    out = io.StringIO()
    with Progress(Console(file=out, width=160)) as progress:
        progress.expect(KEYS)
        for key, kind in events:
            progress.hear(Entry(key, kind if isinstance(kind, Event) else Event(kind)))
    return [line.split(" in ")[0] for line in out.getvalue().splitlines()], progress


def test_the_parts_of_a_split_step_are_numbered_in_their_order():
    said, _ = shown(("transform_2", "STEP_START"), ("transform_2", "STEP_SUCCESS"))
    assert said == ["transform 1/2: started", "transform 1/2: done"]


def test_audits_share_a_line_and_a_relation_that_fails_is_named():
    said, progress = shown(
        ("audit", "STEP_START"),
        ("audit", checked("a", passed=True)),
        ("audit", checked("b", passed=False)),
        ("audit", checked("c", passed=False, severity=dg.AssetCheckSeverity.WARN)),
        ("audit", "STEP_FAILURE"),
    )
    assert said[:2] == ["audit: started", "audit of marts.b: failed"]
    assert not any("marts.a" in line or "marts.c" in line for line in said)
    assert progress.lines["audit"].state == "failed"


def test_what_was_never_reached_is_skipped():
    _, progress = shown(("load_shopify", "STEP_START"), ("load_shopify", "STEP_FAILURE"))
    assert progress.lines["load_shopify"].state == "failed"
    assert progress.lines["identity"].state == "skipped"


def test_a_step_that_waits_for_the_writer_says_so():
    out = io.StringIO()
    progress = Progress(Console(file=out))
    progress.expect(KEYS)
    progress.hear(Entry("identity", Event("ENGINE_EVENT", "Step blocked by limit for pool x")))
    assert "writer" in progress.lines["identity"].detail
