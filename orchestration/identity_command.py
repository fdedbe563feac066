"""`concord identity`: why records are one person, put right what is wrong, ask for an earlier map."""

import getpass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestration import environment, proposals_command
from orchestration.command_line import Group, chosen_group, console, plain_errors, writable

app = typer.Typer(
    no_args_is_help=True,
    help="Who is one person: explain, link, unlink, as-of, and proposals to decide.",
)
proposals_command.register(app)

RecordName = Annotated[
    str, typer.Argument(metavar="RECORD", help="account:id or system:account:id.")
]
Why = Annotated[str, typer.Option(help="What you saw; no address or name, git keeps it.")]
By = Annotated[str | None, typer.Option(help="Who decides; you, as this machine knows you.")]


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

        story = identity_story.explain(_published(), identifier)
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


@app.command()
def link(
    record: RecordName, other: RecordName, why: Why, by: By = None, group: Group = None
) -> None:
    """Two records are one person: a reviewed decision, which the next run follows."""
    _decide("link", record, other, why, by, group)


@app.command()
def unlink(
    record: RecordName, other: RecordName, why: Why, by: By = None, group: Group = None
) -> None:
    """Two records are not one person; the first is the one that leaves, its weakest evidence with it."""
    _decide("cannot_link", record, other, why, by, group)


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
            _published(),
            at.replace(tzinfo=UTC),
            companies=companies,
            known_now=known_now,
            out=out and writable(out),
        )
        whose = "companies" if companies else "customers"
        _print(f"{at:%Y-%m-%d %H:%M:%S}: {records:,} records, {keys:,} {whose}")
        if out:
            _print(f"written: {out}")


def _decide(
    decision: Literal["link", "cannot_link"],
    record: str,
    other: str,
    why: str,
    by: str | None,
    group: Path | None,
) -> None:
    with plain_errors(), chosen_group(group, embedded=False):
        import duckdb

        from orchestration import identity_names
        from orchestration.identity_decisions import Decision, keep, seed_file

        with duckdb.connect(str(_published()), read_only=True) as con:
            pair = identity_names.find(con, record), identity_names.find(con, other)
        keep([Decision(decision, *pair, by or getpass.getuser(), why)], may_outrank=True)
        place = seed_file().relative_to(environment.PROJECT)
        _print(f"{decision}: {' and '.join(':'.join(one) for one in pair)}; in {place}")
        _print("Have it reviewed and committed; the next run follows it: concord run")


def _published() -> Path:
    published = environment.published_path()
    if not published.exists():
        raise ValueError(f"{published}: nothing is published yet; run concord run")
    return published


def _short(evidence: str) -> str:
    return evidence[:12] if len(evidence) == 64 else evidence


def _print(line: str) -> None:
    console().print(line, soft_wrap=True, highlight=False, markup=False)
