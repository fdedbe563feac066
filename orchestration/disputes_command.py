"""`concord disputes`: which ones wait for evidence and until when, and the case file of one, to be printed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration import environment
from orchestration.command_line import Group, chosen_group, console, plain_errors, writable

if TYPE_CHECKING:
    from orchestration.dispute_case import Row

app = typer.Typer(
    no_args_is_help=True,
    help="Disputed charges: deadlines, and one's case file with the evidence that we hold.",
)
LISTED = (
    "due",
    "days left",
    "dispute",
    "account",
    "amount",
    "reason",
    "status",
    "order",
    "missing",
)


@app.command("list")
def list_(
    every: Annotated[
        bool, typer.Option("--all", help="Closed ones too, not only those that take evidence.")
    ] = False,
    group: Group = None,
) -> None:
    """Disputes that wait for evidence, the most urgent first, and what each still lacks."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import dispute_case

        found = dispute_case.listed(_published(), every=every)
        if not found:
            _print("no dispute waits for evidence" if not every else "no disputes")
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in LISTED:
            table.add_column(name, overflow="fold", no_wrap=name in ("due", "days left"))
        for row in found:
            table.add_row(*_cells(row, dispute_case.missing(row)))
        console().print(table)


@app.command()
def page(
    dispute_id: Annotated[
        str, typer.Argument(metavar="ID", help="As listed; account:ID if several have it.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Else dispute-<ID>.html here.")
    ] = None,
    personal: Annotated[
        bool,
        typer.Option("--personal", help="Also name the buyer, from the file of personal data."),
    ] = False,
    group: Group = None,
) -> None:
    """Write one dispute's case file: order, charge, proof of delivery, tickets, deadline, what is missing."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import dispute_case, dispute_page, publication

        published = _published()
        people = publication.pii_path(published) if personal else None
        case = dispute_case.read(published, dispute_id, people)
        file = writable(out or Path(f"dispute-{case.dispute['dispute_id']}.html"))
        dispute_page.write(file, case)
        shown = (
            "it shows the buyer, so keep it to yourself" if personal else "no personal data in it"
        )
        _print(f"{file}: {shown}; print it from a browser")


def _cells(row: "Row", missing: list[str]) -> list[str]:
    due, left = row["due_at"], row["days_left"]
    return [
        f"{due:%Y-%m-%d %H:%M}" if due else "",
        "" if left is None else str(left),
        row["dispute_id"],
        row["account"],
        f"{row['amount']:,.2f} {row['currency']}",
        row["reason"] or "",
        row["status"],
        row["order_name"] or "",
        ", ".join(one.split(":")[0] for one in missing),
    ]


def _print(line: str) -> None:
    console().print(line, highlight=False, soft_wrap=True, markup=False)


def _published() -> Path:
    published = environment.published_path()
    if not published.exists():
        raise ValueError(f"{published}: nothing is published yet; run concord run")
    return published
