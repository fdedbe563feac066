"""``sandbox webhooks``: let a running group's vendors send what happened lately."""

import sys
from typing import Annotated, Any

import typer

from sandbox import control_client
from sandbox.command_line import GROUP, GroupFile, plain_errors
from sandbox.control_client import NotServingError


def send_webhooks(
    to: Annotated[str, typer.Option(metavar="URL", help="The intake: http://127.0.0.1:8740, say.")],
    days: Annotated[
        float, typer.Option(help="What happened in so many days before the clock.")
    ] = 1.0,
    rate: Annotated[
        float, typer.Option(help="Events per second; what happened is told again to hold it.")
    ] = 0.0,
    seconds: Annotated[float, typer.Option(help="How long the rate is held.")] = 0.0,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="In another order.")] = False,
    duplicate: Annotated[float, typer.Option(help="Share of the events sent twice.")] = 0.0,
    group: GroupFile = GROUP,
) -> None:
    """Send, signed, what happened at the shops and payment accounts: orders, refunds, customers, charges.

    What isn't answered is sent again for a minute, as vendors do for days.
    """
    with plain_errors():
        asked = {
            "to": to,
            "days": days,
            "rate": rate,
            "seconds": seconds,
            "shuffle": shuffle,
            "duplicate": duplicate,
        }
        try:
            told = control_client.ask(group, "POST", "/webhooks", asked)
        except NotServingError as error:
            raise ValueError(
                f"{error}; webhooks are sent by a running group: start one with `make dev` or"
                f" `concord sandbox serve --write-group {group}`"
            ) from error
        sys.stdout.write(f"{said(told)}\n")


def said(told: dict[str, Any]) -> str:
    """What became of the events, in one line."""
    answers = ", ".join(f"{n:,} answered {status}" for status, n in told["answers"].items())
    unanswered = f", {told['unanswered']:,} unanswered" if told["unanswered"] else ""
    return (
        f"{told['events']:,} events acknowledged: {answers or 'nothing was answered'}{unanswered};"
        f" {told['retries']:,} tried again, {told['seconds']} s, {told['per_second']} a second"
    )
