"""`concord sweep`: every id at the vendor against raw, account by account, with what was missing and what is gone."""

from rich.console import Console
from rich.table import Table

from ingestion import backfill, sweep
from ingestion import group as group_file
from ingestion.results import workdir_of
from ingestion.sweep import Swept
from orchestration import environment
from orchestration.backfill_command import account_named
from orchestration.turns import take_turn


def run(console: Console, system: str, name: str | None) -> None:
    """Sweep one account, or all of the system's. Raises on the first that can't be."""
    group, warehouse = group_file.load(environment.group_file()), environment.warehouse_path()
    accounts = (account_named(system, name),) if name else group.accounts_of(system)
    if not accounts:
        raise ValueError(f"no account of system '{system}' in {environment.group_file()}")
    if not warehouse.exists():
        raise ValueError(f"no warehouse at {warehouse}; load first: concord load {system}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("account", "stream", "at the vendor", "missing here", "gone there"):
        table.add_column(column, justify="left" if column in ("account", "stream") else "right")
    for account in accounts:
        load = sweep.load_of(account, workdir_of(warehouse), warehouse)
        what = f"{load.purpose}_{system}"

        def tell(said: str, name: str = account.account) -> None:
            console.print(f"{name}: {said}", soft_wrap=True, highlight=False, markup=False)

        with backfill.alone(load):
            load.forget()  # what a killed one left is asked for anew
            known = take_turn(what, lambda a=account: sweep.known_of(a, warehouse), tell)
            swept = sweep.extract(load, known)
            take_turn(what, load.write, tell)
        _add(table, account.account, swept)
    console.print(table)
    console.print("Missing ones have landed, gone ones are marked. To build with it: concord run")


def _add(table: Table, account: str, swept: tuple[Swept, ...]) -> None:
    for one in swept:
        table.add_row(account, one.stream, f"{one.listed:,}", f"{one.missing:,}", f"{one.gone:,}")
