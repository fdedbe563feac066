"""`concord backfill`: a range of one account read again, with a line per chunk and the difference it made."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from ingestion import backfill
from ingestion import group as group_file
from ingestion.backfill import Plan
from ingestion.group import Account
from ingestion.holdings import Holding, Holdings, holdings
from ingestion.load_apart import LoadApart
from ingestion.results import workdir_of
from orchestration import environment
from orchestration.turns import take_turn

T = TypeVar("T")
NOTHING = Holding(0, None)


def account_named(system: str, name: str) -> Account:
    """An account of the group and of this system."""
    account = group_file.load(environment.group_file()).account(name)
    if account.system != system:
        raise ValueError(f"account '{name}' is one of {account.system}, not of {system}")
    return account


def run(
    console: Console,
    system: str,
    name: str,
    first: date,
    last: date,
    chunk_days: int,
    *,
    restart: bool,
) -> None:
    """Read the range, chunk by chunk. Raises on the first chunk that doesn't come; the same command goes on there."""
    account, warehouse = account_named(system, name), environment.warehouse_path()
    load = backfill.load_of(account, workdir_of(warehouse), warehouse)
    plan = backfill.plan_of(load, first, last, chunk_days)
    if left := backfill.not_by_days(account):
        _say(
            console,
            f"not read by days: {', '.join(left)} (concord sweep {system} finds what they lack)",
        )
    with backfill.alone(load):
        _begin(console, load, plan, restart=restart)
        _read(console, load, plan)
        after = _in_turn(console, load, lambda: holdings(account, warehouse))
        plan.forget()
    _print_difference(console, plan.before, after)


def _begin(console: Console, load: LoadApart, plan: Plan, *, restart: bool) -> None:
    if restart or not load.warehouse_path.exists():
        plan.forget()
        load.forget()
    if plan.resume():
        _say(
            console,
            f"goes on after {plan.done} of {len(plan.chunks)} chunks (--restart begins anew)",
        )
        if load.drain():
            _in_turn(console, load, load.write)
        return
    if plan.is_begun:
        raise ValueError(
            f"a backfill of another range of {load.account.account} isn't finished; give its range, or"
            " --restart to give it up: what it landed stays"
        )
    plan.before = _in_turn(console, load, lambda: holdings(load.account, load.warehouse_path))
    plan.keep()


def _read(console: Console, load: LoadApart, plan: Plan) -> None:
    chunks = plan.chunks
    for number, chunk in enumerate(chunks[plan.done :], start=plan.done + 1):
        asked = backfill.extract_chunk(load, chunk)
        _in_turn(console, load, load.write)
        plan.done = number
        plan.keep()
        _say(
            console,
            f"[{number}/{len(chunks)}] {chunk}: {asked.rows:,} rows, {asked.requests} requests,"
            f" {asked.seconds:.1f} s",
        )


def _in_turn(console: Console, load: LoadApart, work: Callable[[], T]) -> T:
    return take_turn(
        f"{load.purpose}_{load.account.system}", work, lambda said: _say(console, said)
    )


def _print_difference(console: Console, before: Holdings, after: Holdings) -> None:
    """Per raw table and currency; tables without money only where their objects changed."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("raw table", "currency", "objects", "before", "after", "difference"):
        table.add_column(column, justify="left" if column in ("raw table", "currency") else "right")
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, NOTHING), after.get(key, NOTHING)
        if old.amount is None and new.amount is None and old.objects == new.objects:
            continue
        table.add_row(
            key[0],
            key[1] or "none",
            f"{new.objects:,} ({new.objects - old.objects:+,})",
            *_amounts(old.amount, new.amount),
        )
    if table.row_count:
        console.print(table)
    else:
        _say(console, "nothing differs: raw holds no money here, and as many objects as before")
    _say(console, "To build and publish with it: concord run")


def _amounts(old: Decimal | None, new: Decimal | None) -> tuple[str, str, str]:
    if old is None and new is None:
        return "", "", ""
    old, new = old or Decimal(0), new or Decimal(0)
    return f"{old:,f}", f"{new:,f}", f"{new - old:+,f}"


def _say(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, highlight=False, markup=False)
