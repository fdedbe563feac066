"""`concord webhooks`: take in what vendors send, bring it in, look at it. It reads options and prints."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration import environment
from orchestration.command_line import Group, chosen_group, console, plain_errors

if TYPE_CHECKING:
    from ingestion.webhooks.store import Store

app = typer.Typer(
    no_args_is_help=True,
    help="Events that vendors send: take them in, bring them into the warehouse, look at them.",
)
TURN = "drain_webhooks"


@app.command()
def serve(
    group: Group = None,
    port: Annotated[int, typer.Option(help="0 takes any that is free.")] = 8740,
    host: Annotated[
        str, typer.Option(help="Vendors need HTTPS from outside: put a proxy before it.")
    ] = "127.0.0.1",
) -> None:
    """Take in events until interrupted: each is on disk before its sender is told so."""
    with plain_errors(), chosen_group(group, embedded=False):
        from ingestion import group as group_file
        from ingestion.webhooks.intake import Intake, takers
        from ingestion.webhooks.store import store_of

        read = group_file.load(environment.group_file())
        names = ", ".join(takers(read))
        if not names:
            raise ValueError(
                f"{environment.group_file()}: no account names a webhook_secret_env; name the variable"
                " that holds its signing secret"
            )
        file = store_of(environment.warehouse_path())
        intake = Intake(read, file, host, port)
        where = f"{intake.base_url}/webhooks/<account> takes events of {names}"
        console().print(f"ready: {where}; they go to {file}", highlight=False, soft_wrap=True)
        intake.serve()


@app.command()
def drain(group: Group = None) -> None:
    """Bring waiting events into raw now, without waiting for the next run."""
    with plain_errors(), chosen_group(group, embedded=False):
        _drain()


@app.command()
def replay(
    since: Annotated[datetime, typer.Option(help="Events that came from this moment on, UTC.")],
    account: Annotated[
        str | None, typer.Option("--account", help="Only this account's; else every account's.")
    ] = None,
    group: Group = None,
) -> None:
    """Bring old events in again, in the order they came. What is the same lands as the same."""
    with plain_errors(), chosen_group(group, embedded=False):
        store = _store()
        count = store.again("raw", [event.number for event in store.since(since, account=account)])
        _print(f"{count} events since {since} come again")
        _drain()


@app.command("list")
def listed(group: Group = None) -> None:
    """What came, by account and topic: how many, how many wait for the warehouse, when the last."""
    with plain_errors(), chosen_group(group, embedded=False):
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("system", "account", "topic", "last came"):
            table.add_column(column)
        for column in ("kept", "waiting"):
            table.add_column(column, justify="right")
        for system, account, topic, count, waiting, last in _store().topics():
            table.add_row(
                system, account, topic, f"{last:%Y-%m-%d %H:%M:%SZ}", f"{count:,}", f"{waiting:,}"
            )
        console().print(table)


@app.command()
def privacy(
    group: Group = None,
    show: Annotated[
        str | None, typer.Option(metavar="REQUEST", help="Print what came, with whom it is about.")
    ] = None,
    done: Annotated[
        str | None, typer.Option(metavar="REQUEST", help="Note that it was dealt with.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who dealt with it.")] = "",
    why: Annotated[str, typer.Option(help="What was done.")] = "",
) -> None:
    """Legal requests of shops' customers: what is open and until when."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import privacy_queue

        if show:
            _print(privacy_queue.body(_store(), show))
            return
        if done:
            from orchestration.turns import take_turn

            if not by.strip() or not why.strip():
                raise ValueError("say who dealt with it and what was done: --by NAME --why TEXT")
            take_turn(
                "decide_privacy_request",
                lambda: privacy_queue.decide(_store(), done, by.strip(), why.strip()),
                _print,
            )
        console().print(privacy_queue.table(_store(), environment.warehouse_path()))


def _drain() -> None:
    from ingestion import group as group_file
    from ingestion.results import workdir_of
    from ingestion.webhooks.drain import drain as bring_in
    from orchestration.turns import take_turn

    read, warehouse = group_file.load(environment.group_file()), environment.warehouse_path()
    found = take_turn(TURN, lambda: bring_in(read, workdir_of(warehouse), warehouse), _print)
    landed = ", ".join(f"{count:,} rows of {system}" for system, count in found.landed.items())
    _print(
        f"{found.events:,} events are in, {found.requests} requests, {found.seconds:.1f} s"
        + (f": {landed}" if landed else "")
    )
    found.raise_faults()


def _store() -> "Store":
    from ingestion.webhooks.store import Store, store_of

    return Store(store_of(environment.warehouse_path()))


def _print(line: str) -> None:
    console().print(line, soft_wrap=True, highlight=False, markup=False)
