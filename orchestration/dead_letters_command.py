"""`concord dead-letters`: look at what landing refused, try it again, do without it. It reads options and prints."""

import getpass
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration import environment
from orchestration.command_line import Group, chosen_group, console, plain_errors

if TYPE_CHECKING:
    from ingestion.group import Account
    from orchestration.dead_letters import Known

app = typer.Typer(
    no_args_is_help=True,
    help="Rows, objects and streams that could not be landed: look, replay, discard.",
)

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="As listed; its beginning will do.")
]
System = Annotated[str | None, typer.Option("--system", help="Only of this system.")]
AccountName = Annotated[str | None, typer.Option("--account", help="Only of this account.")]


@app.command("list")
def listed(
    system: System = None,
    account: AccountName = None,
    status: Annotated[
        str, typer.Option(help="open, healed, replayed or discarded; all shows every one.")
    ] = "open",
    limit: Annotated[int, typer.Option(help="The last seen so many; money is of all.")] = 50,
    group: Group = None,
) -> None:
    """Dead letters, the last seen first, and their money by owner and currency."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import dead_letters

        known = dead_letters.read(
            environment.warehouse_path(), system, account, None if status == "all" else status
        )
        if not known:
            _print(f"no {'' if status == 'all' else f'{status} '}dead letters")
            return
        console().print(_as_table(known[:limit]))
        if len(known) > limit:
            _print(f"... and {len(known) - limit:,} more: --limit {len(known)}")
        console().print(_as_money(known))


@app.command()
def replay(
    ids: Ids = None,
    every: Annotated[bool, typer.Option("--all", help="Every open one.")] = False,
    system: System = None,
    account: AccountName = None,
    by: Annotated[
        str | None, typer.Option(help="Who decides; you, as this machine knows you.")
    ] = None,
    group: Group = None,
) -> None:
    """Try again: land a payload with today's tables, ask the vendor for what it would not give."""
    with plain_errors(), chosen_group(group, embedded=False):
        from ingestion import group as group_file
        from ingestion.load import workdir_of
        from orchestration import dead_letters

        if not (ids or every or system or account):
            raise ValueError("which ones? Name ids, --system, --account or --all")
        warehouse = environment.warehouse_path()
        known = dead_letters.read(warehouse, system, account, "open")
        letters = dead_letters.chosen(known, ids) if ids else known
        refused = dead_letters.try_again(
            letters,
            group_file.load(environment.group_file()),
            workdir_of(warehouse),
            warehouse,
            by or getpass.getuser(),
            _load,
        )
        for one, why in refused.items():
            _print(f"{one.id} {one.account} {one.letter.source_id}: {why}", style="red")
        _print(f"replayed: {len(letters) - len(refused)} of {len(letters)}")
        raise typer.Exit(1 if refused else 0)


@app.command()
def discard(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As listed.")],
    why: Annotated[str, typer.Option(help="For whoever asks where it went.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    account: AccountName = None,
    group: Group = None,
) -> None:
    """Do without it: the letter stays in the log and is open no more."""
    with plain_errors(), chosen_group(group, embedded=False):
        from ingestion.load import workdir_of
        from orchestration import dead_letters

        warehouse = environment.warehouse_path()
        letters = dead_letters.chosen(
            dead_letters.read(warehouse, account=account, status="open"), ids
        )
        dead_letters.decide(letters, "discarded", by, why, workdir_of(warehouse), warehouse)
        _print(f"discarded: {len(letters)}")


def _load(account: "Account") -> str:
    """Load an account as the line does; what went wrong has been printed."""
    from orchestration import refresh

    failed = refresh.load(console(), account.system, [account.account])
    return "its load failed again" if failed else ""


def _as_table(known: "Sequence[Known]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "status", "account", "stream", "source id", "reason", "amount", "owner"):
        table.add_column(column, justify="right" if column == "amount" else "left")
    for one in known:
        table.add_row(
            *(one.id, one.status, one.account, one.letter.stream, one.letter.source_id),
            *(one.letter.reason, _money(one.amount, one.currency), one.owner),
        )
    return table


def _as_money(known: "Sequence[Known]") -> Table:
    sums: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for one in known:
        place = one.owner, one.currency or "" if one.amount is not None else ""
        count, amount = sums.get(place, (0, Decimal(0)))
        sums[place] = count + 1, amount + (one.amount or 0)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("owner", "currency", "letters", "amount"):
        table.add_column(column, justify="right" if column in ("letters", "amount") else "left")
    for (owner, currency), (count, amount) in sorted(sums.items()):
        table.add_row(owner, currency or "none", f"{count:,}", _money(amount, ""))
    return table


def _money(amount: Decimal | None, currency: str | None) -> str:
    return "" if amount is None else f"{amount:,.2f} {currency or ''}".strip()


def _print(line: str, style: str | None = None) -> None:
    console().print(line, style=style, soft_wrap=True, highlight=False, markup=False)
