"""``sandbox advance`` and ``reset``: the world's clock, of a group that is running or of the next one."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sandbox import control_client, world_options
from sandbox.command_line import GROUP, GroupFile, console, plain_errors
from sandbox.control_client import NotServingError
from sandbox.webhooks_command import said
from sandbox.world_options import WorldOptions


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
    table = Table("system", "objects")
    columns = ["new", "changed"]
    if any(one["gone"] for one in told["news"]):
        columns.append("gone")
    for name in columns:
        table.add_column(name, justify="right")
    for one in told["news"]:
        table.add_row(one["system"], one["objects"], *(f"{one[name]:,}" for name in columns))
    console().print(table)
    sys.stdout.write(
        f"the clock says {told['clock']}; every server answers from there ({told['seconds']} s)\n"
    )
    if told["sent"]:
        sys.stdout.write(f"webhooks: {said(told['sent'])}\n")
