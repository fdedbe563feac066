"""`concord identity link|unlink`: a steward's word on two records; `register` puts the commands there."""

import getpass
from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestration import environment
from orchestration.command_line import Group, chosen_group, console, plain_errors, published

RecordName = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="A record as account:id, or a customer's or company's key: its first record.",
    ),
]
Companies = Annotated[
    bool,
    typer.Option(
        "--companies", help="The two are companies, where customers have such ids as well."
    ),
]
Why = Annotated[str, typer.Option(help="What you saw; no address or name, git keeps it.")]
By = Annotated[str | None, typer.Option(help="Who decides; you, as this machine knows you.")]


def register(app: typer.Typer) -> None:
    """Add the two commands to `concord identity`."""
    for command in (link, unlink):
        app.command()(command)


def link(
    record: RecordName,
    other: RecordName,
    why: Why,
    by: By = None,
    companies: Companies = False,
    group: Group = None,
) -> None:
    """Two records are one person, or one company: a reviewed decision, which the next run follows."""
    _decide("link", record, other, why, by, companies, group)


def unlink(
    record: RecordName,
    other: RecordName,
    why: Why,
    by: By = None,
    companies: Companies = False,
    group: Group = None,
) -> None:
    """Two records are not one; the first is the one that leaves, its weakest evidence with it."""
    _decide("cannot_link", record, other, why, by, companies, group)


def _decide(
    decision: Literal["link", "cannot_link"],
    record: str,
    other: str,
    why: str,
    by: str | None,
    companies: bool,
    group: Path | None,
) -> None:
    with plain_errors(), chosen_group(group, embedded=False):
        import duckdb

        from orchestration import identity_names
        from orchestration.identity_decisions import Decision, keep, seed_file

        with duckdb.connect(str(published()), read_only=True) as con:
            of, *pair = identity_names.pair(con, record, other, companies=companies)
        made = Decision(of.subject, decision, pair[0], pair[1], by or getpass.getuser(), why)
        keep([made], may_outrank=True)
        place = seed_file().relative_to(environment.PROJECT)
        both = " and ".join(":".join(one) for one in pair)
        _print(f"{decision} ({of.subject}): {both}; in {place}")
        _print("Have it reviewed and committed; the next run follows it: concord run")


def _print(line: str) -> None:
    console().print(line, soft_wrap=True, highlight=False, markup=False)
