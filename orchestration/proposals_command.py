"""`concord identity proposals|accept|reject|decide`: it reads options and prints; `register` puts them there."""

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration import environment
from orchestration.command_line import Group, chosen_group, console, plain_errors, writable

if TYPE_CHECKING:
    from orchestration.proposals_review import Proposal

Ids = Annotated[
    list[str], typer.Argument(metavar="ID...", help="As listed; its beginning will do.")
]
Why = Annotated[str, typer.Option(help="What you saw; no address or name, git keeps it.")]
By = Annotated[str | None, typer.Option(help="Who decides; you, as this machine knows you.")]


def register(app: typer.Typer) -> None:
    """Add the four commands to `concord identity`."""
    for command in (proposals, accept, reject, decide):
        app.command()(command)


def proposals(
    status: Annotated[
        str, typer.Option(help="open, accepted, rejected, linked_by_rule, withdrawn; or all.")
    ] = "open",
    limit: Annotated[int, typer.Option(help="The most probable so many.")] = 30,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write them all, to be decided there."),
    ] = None,
    charts: Annotated[
        Path | None,
        typer.Option(
            "--charts", metavar="FOLDER", help="Write a page with a waterfall for each shown."
        ),
    ] = None,
    group: Group = None,
) -> None:
    """Customers that may be one person, the most probable first; nothing is merged by itself."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import proposals_chart, proposals_review

        if status not in ("all", *proposals_review.STATUSES):
            names = ", ".join(proposals_review.STATUSES)
            raise ValueError(f"--status {status}: no proposal can be that; say {names} or all")
        warehouse = environment.warehouse_path()
        known = proposals_review.read(warehouse, None if status == "all" else status)
        if csv:
            proposals_review.write_csv(known, writable(csv))
            _print(
                f"{csv}: {len(known):,} proposals; fill in decision (accept or reject), decided_by, reason"
            )
        if not known:
            _print(f"no {'' if status == 'all' else f'{status} '}proposals")
            return
        console().print(_as_table(known[:limit]))
        if len(known) > limit:
            _print(f"... and {len(known) - limit:,} more: --limit {len(known)}")
        for one in known[:limit] if charts else ():
            proposals_chart.write(charts or Path(), one, proposals_review.contacts(warehouse, one))
        if charts:
            _print(
                f"{charts}: {min(limit, len(known)):,} pages; they show people, so keep them to yourself"
            )


def accept(ids: Ids, why: Why, by: By = None, group: Group = None) -> None:
    """The two records are one person: the next run joins them."""
    _decide(ids, "accept", why, by, group)


def reject(ids: Ids, why: Why, by: By = None, group: Group = None) -> None:
    """The two records are two people: no rule will join them."""
    _decide(ids, "reject", why, by, group)


def decide(
    file: Annotated[Path, typer.Argument(help="As `proposals --csv` wrote it, filled in.")],
    group: Group = None,
) -> None:
    """Take every decision of a CSV file, or none if one can't be taken."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import proposals_review

        known = proposals_review.read(environment.warehouse_path())
        _say(len(proposals_review.decide_csv(known, file)))


def _decide(ids: Sequence[str], word: str, why: str, by: str | None, group: Path | None) -> None:
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import proposals_review

        known = proposals_review.read(environment.warehouse_path())
        taken = proposals_review.chosen(known, ids)
        _say(len(proposals_review.decide(taken, word, by or getpass.getuser(), why)))


def _say(count: int) -> None:
    from orchestration.identity_decisions import seed_file

    place = seed_file().relative_to(environment.PROJECT)
    _print(f"decided: {count}; commit {place}, the next run follows it: concord run")


def _as_table(known: "Sequence[Proposal]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = ("id", "status", "bits", "probability", "record", "other record", "evidence")
    for column in (*names, "refused by a rule"):
        # An id that is cut short can't be copied.
        fold = "fold" if "record" in column else "ellipsis"
        side = "right" if column in ("bits", "probability") else "left"
        table.add_column(column, justify=side, overflow=fold)
    for one in known:
        table.add_row(
            *(
                one.proposal_id,
                one.status,
                f"{one.match_weight:.1f}",
                f"{one.match_probability:.4f}",
            ),
            *(":".join(one.record), ":".join(one.linked), one.evidence, one.refusal or ""),
        )
    return table


def _print(line: str) -> None:
    console().print(line, soft_wrap=True, highlight=False, markup=False)
