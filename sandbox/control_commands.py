"""``sandbox advance``, ``reset`` and ``fault``: what a group can be told while it is served."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sandbox import control_client, world_options
from sandbox.command_line import GROUP, GroupFile, plain_errors
from sandbox.control_client import NotServingError
from sandbox.faults import KINDS
from sandbox.world_options import STDERR, WorldOptions

ALL_KINDS = "; ".join(f"{kind}: {what}" for kind, what in KINDS.items())


def advance(
    days: Annotated[int, typer.Option(help="How many days later the world's clock shall be.")],
    group: GroupFile = GROUP,
) -> None:
    """Move the world's clock on: new orders and people, late changes to old ones. `reset` goes back.

    A running group swaps to the later world while it goes on answering. Where none is running, the next
    one that serves the same world under FILE starts at the new clock.
    """
    with plain_errors():
        try:
            told = control_client.ask(group, "POST", "/advance", {"days": days})
        except NotServingError:
            _keep(group, _kept(group).advanced(days))
            return
        _show_news(told)


def reset(group: GroupFile = GROUP) -> None:
    """Move the clock back to where it stood at first. What was loaded later than that stays loaded."""
    with plain_errors():
        try:
            told = control_client.ask(group, "POST", "/reset")
        except NotServingError:
            _keep(group, _kept(group).at_first())
            return
        sys.stdout.write(f"the clock says {told['clock']} again\n")
        sys.stdout.write(
            "a warehouse loaded from the later world holds its rows: start a new one\n"
        )


def fault(
    system: Annotated[str | None, typer.Argument(help="shopify, stripe, ecb, ...")] = None,
    endpoint: Annotated[str | None, typer.Argument(help="orders, charges, rates, ...")] = None,
    kind: Annotated[str | None, typer.Argument(help=ALL_KINDS)] = None,
    times: Annotated[int, typer.Option(help="How many requests it is played on.")] = 1,
    account: Annotated[
        str | None, typer.Option(help="Only on this account's requests; else on any of the system.")
    ] = None,
    after: Annotated[int, typer.Option(help="How many requests of the endpoint pass first.")] = 0,
    seconds: Annotated[float, typer.Option(help="How late a slow answer is.")] = 3.0,
    retry_after: Annotated[float, typer.Option(help="The seconds that a 429 asks to wait.")] = 1.0,
    show: Annotated[
        bool, typer.Option("--list", help="Show what is armed and how often each was played.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Disarm everything.")] = False,
    group: GroupFile = GROUP,
) -> None:
    """Arm a fault: the next requests of an endpoint get it instead of, or in, their answer."""
    with plain_errors():
        try:
            if clear:
                cleared = control_client.ask(group, "DELETE", "/fault")["cleared"]
                sys.stdout.write(f"{cleared} faults disarmed\n")
            elif show:
                _show_faults(control_client.ask(group, "GET", "/fault"))
            elif system and endpoint and kind:
                asked = {
                    "system": system,
                    "endpoint": endpoint,
                    "kind": kind,
                    "times": times,
                    "account": account,
                    "after": after,
                    "seconds": seconds,
                    "retry_after": retry_after,
                }
                _show_faults(control_client.ask(group, "POST", "/fault", asked))
            else:
                raise ValueError(
                    "say what goes wrong where: fault SYSTEM ENDPOINT KIND; or --list, or --clear"
                )
        except NotServingError as error:
            raise ValueError(
                f"{error}; faults are played by a running group: start one with `make dev` or"
                f" `concord sandbox serve --write-group {group}`"
            ) from error


def _kept(group: Path) -> WorldOptions:
    """The world that FILE was last served with; the embedded group's own before it ever was."""
    if group == GROUP and not world_options.beside(group).exists():
        return WorldOptions()
    return world_options.load(group)


def _keep(group: Path, options: WorldOptions) -> None:
    file = world_options.beside(group)
    file.parent.mkdir(parents=True, exist_ok=True)
    options.save(file)
    sys.stdout.write(
        f"nothing is serving {group}; its world ({options.said}) starts {options.advanced_days} days"
        " after its first clock when it is served next\n"
    )


def _show_news(told: dict[str, Any]) -> None:
    table = Table("system", "objects", title=f"New by {told['clock']}")
    columns = ["new", "changed"]
    if any(one["gone"] for one in told["news"]):
        columns.append("gone")
    for name in columns:
        table.add_column(name, justify="right")
    for one in told["news"]:
        table.add_row(one["system"], one["objects"], *(f"{one[name]:,}" for name in columns))
    _console().print(table)
    sys.stdout.write(
        f"the clock says {told['clock']}; every server answers from there ({told['seconds']} s)\n"
    )


def _show_faults(armed: list[dict[str, Any]]) -> None:
    if not armed:
        STDERR.print("no fault is armed")
        return
    table = Table("system", "endpoint", "account", "kind")
    for name in ("lets pass", "times", "played"):
        table.add_column(name, justify="right")
    for one in armed:
        numbers = (str(one[name]) for name in ("after", "times", "fired"))
        table.add_row(
            one["system"], one["endpoint"], one["account"] or "any", one["kind"], *numbers
        )
    _console().print(table)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 100)
