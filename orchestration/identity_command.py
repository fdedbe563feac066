"""`concord identity`: why records are one person, put right what is wrong, ask for an earlier map."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from orchestration import identity_decisions_command, proposals_command
from orchestration.command_line import (
    Group,
    chosen_group,
    console,
    plain_errors,
    published,
    writable,
)

app = typer.Typer(
    no_args_is_help=True,
    help="Who is one person or company: explain, link, unlink, as-of, and proposals to decide.",
)
identity_decisions_command.register(app)
proposals_command.register(app)


@app.command()
def explain(
    identifier: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A key of a customer or company, or a record as account:id."
        ),
    ],
    group: Group = None,
) -> None:
    """The customer's or company's records, and the evidence that leads from each to the one asked for."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import identity_story

        story = identity_story.explain(published(), identifier)
        if story.redirected_from:
            _print(f"{story.redirected_from} was merged into {story.key}")
        count = len(story.records)
        _print(f"{story.key}: {count} record{'' if count == 1 else 's'}")
        for record, rule, evidence, since in story.records:
            own = "  (asked for)" if record == story.asked else ""
            _print(f"  {':'.join(record)}  since {since:%Y-%m-%d}  {rule} {_short(evidence)}{own}")
            for step in story.paths.get(record, []):
                held = f" since {step.since:%Y-%m-%d}" if step.since else ""
                _print(
                    f"      {':'.join(step.one)} - {':'.join(step.other)}:"
                    f" {step.rule} {_short(step.evidence)}{held}"
                )


@app.command("as-of")
def as_of(
    date: Annotated[
        datetime,
        typer.Argument(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="UTC; a day's end."),
    ],
    companies: Annotated[
        bool, typer.Option("--companies", help="The map of companies, not of customers.")
    ] = False,
    known_now: Annotated[
        bool, typer.Option("--known-now", help="As it was then by what is known today.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The map, as .csv or .parquet.")
    ] = None,
    group: Group = None,
) -> None:
    """The map as it was known at the end of a day: last quarter's numbers come out as they were."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import identity_as_of

        is_day = (date.hour, date.minute, date.second) == (0, 0, 0)
        at = date + timedelta(days=1) - timedelta(microseconds=1) if is_day else date
        records, keys = identity_as_of.as_of(
            published(),
            at.replace(tzinfo=UTC),
            companies=companies,
            known_now=known_now,
            out=out and writable(out),
        )
        whose = "companies" if companies else "customers"
        _print(f"{at:%Y-%m-%d %H:%M:%S}: {records:,} records, {keys:,} {whose}")
        if out:
            _print(f"written: {out}")


def _short(evidence: str) -> str:
    return evidence[:12] if len(evidence) == 64 else evidence


def _print(line: str) -> None:
    console().print(line, soft_wrap=True, highlight=False, markup=False)
