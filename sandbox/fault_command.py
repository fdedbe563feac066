"""``sandbox fault``: what shall go wrong at a running group, and how often it did."""

import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from sandbox import control_client
from sandbox.command_line import GROUP, GroupFile, console, plain_errors
from sandbox.control_client import NotServingError
from sandbox.faults import KINDS
from sandbox.world_options import STDERR

ALL_KINDS = "; ".join(f"{kind}: {what}" for kind, what in KINDS.items())


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
    console().print(table)
