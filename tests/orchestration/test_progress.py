"""What a log shows of a run: each step's start and end, audits together, what was never reached."""

import io
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from orchestration.progress import Progress

KEYS = ["load_shopify", "transform_2", "identity", "transform", "audit_marts_a", "audit_marts_b"]


@dataclass
class Event:
    event_type_value: str
    message: str = ""


@dataclass
class Entry:
    step_key: str
    dagster_event: Any
    user_message: str = ""


def shown(*events: tuple[str, str]) -> tuple[list[str], Progress]:
    out = io.StringIO()
    with Progress(Console(file=out, width=160)) as progress:
        progress.expect(KEYS)
        for key, kind in events:
            progress.hear(Entry(key, Event(kind)))
    return [line.split(" in ")[0] for line in out.getvalue().splitlines()], progress


def test_the_parts_of_a_split_step_are_numbered_in_their_order():
    said, _ = shown(("transform_2", "STEP_START"), ("transform_2", "STEP_SUCCESS"))
    assert said == ["transform 1/2: started", "transform 1/2: done"]


def test_audits_share_a_line_and_one_that_fails_is_named():
    said, progress = shown(
        ("audit_marts_a", "STEP_START"),
        ("audit_marts_a", "STEP_FAILURE"),
        ("audit_marts_b", "STEP_START"),
        ("audit_marts_b", "STEP_SUCCESS"),
    )
    assert said == ["audit: started", "audit_marts_a: failed", "audit: failed"]
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
