"""`concord`: the command line. It reads options, starts processes and prints; the work is elsewhere.

Dagster, dbt and dlt are imported inside the commands that need them, so that `concord --help` answers at once.
"""

import os
import sys
from datetime import datetime
from typing import Annotated

import typer

from orchestration import (
    dead_letters_command,
    disputes_command,
    environment,
    identity_command,
    reconcile_command,
    webhooks_command,
)
from orchestration.command_line import Group
from orchestration.command_line import chosen_group as _group
from orchestration.command_line import console as _console
from orchestration.command_line import plain_errors as _plain_errors

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="The warehouse of a commerce group: load its shops, build its marts, audit and publish them.",
    epilog="Settings come from the environment; .env.example lists them.",
)
app.add_typer(webhooks_command.app, name="webhooks")
app.add_typer(dead_letters_command.app, name="dead-letters")
app.add_typer(identity_command.app, name="identity")
app.add_typer(reconcile_command.app, name="reconcile")
app.add_typer(disputes_command.app, name="disputes")


@app.command()
def run(
    group: Group = None,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Start the embedded commerce group, run on it, stop it."),
    ] = False,
) -> None:
    """Load, transform, measure, audit and publish; end with the verdict and the headline figures."""
    with _plain_errors(), _group(group, embedded=sandbox):
        from orchestration import refresh

        raise typer.Exit(refresh.run(_console()))


@app.command()
def load(
    system: Annotated[
        str, typer.Argument(help="shopify, stripe, hubspot, ...: as in the group file.")
    ],
    account: Annotated[
        list[str] | None,
        typer.Option("--account", help="Only this account of the system; may be repeated."),
    ] = None,
    group: Group = None,
) -> None:
    """Load one system into raw; nothing is transformed or published."""
    with _plain_errors(), _group(group, embedded=False):
        from orchestration import refresh

        raise typer.Exit(refresh.load(_console(), system, account or []))


@app.command()
def backfill(
    system: Annotated[str, typer.Argument(help="shopify, stripe, ...: as in the group file.")],
    account: Annotated[str, typer.Option("--account", help="The account to read again.")],
    first: Annotated[
        datetime,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day, UTC, of creation."),
    ],
    last: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; it is read too.")
    ],
    chunk_days: Annotated[int, typer.Option(help="Days that are read and kept at once.")] = 7,
    restart: Annotated[
        bool, typer.Option("--restart", help="Give up what an earlier, killed one had reached.")
    ] = False,
    group: Group = None,
) -> None:
    """Read a range of one account again, in chunks; says what money that changed in raw."""
    with _plain_errors(), _group(group, embedded=False):
        from orchestration import backfill_command

        backfill_command.run(
            _console(), system, account, first.date(), last.date(), chunk_days, restart=restart
        )


@app.command()
def sweep(
    system: Annotated[str, typer.Argument(help="shopify, stripe, ...: as in the group file.")],
    account: Annotated[
        str | None, typer.Option("--account", help="Only this account; else all of the system's.")
    ] = None,
    group: Group = None,
) -> None:
    """Compare all ids at the vendor with raw: fetch what is missing here, mark what is gone there."""
    with _plain_errors(), _group(group, embedded=False):
        from orchestration import sweep_command

        sweep_command.run(_console(), system, account)


@app.command()
def close(
    legal_entity: Annotated[str, typer.Argument(help="As in the group file.")],
    period: Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="The month: 2026-10.")],
    by: Annotated[
        str | None, typer.Option(help="Who closes; you, as this machine knows you.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="What to say of it; a reopening needs it.")
    ] = None,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Open a closed month again, to close it anew.")
    ] = False,
    group: Group = None,
) -> None:
    """Close a legal entity's month: freeze its published figures, or say what has to be settled first."""
    with _plain_errors(), _group(group, embedded=False):
        from orchestration import close_command

        close_command.run(_console(), legal_entity, period, by, reason, reopened=reopen)


@app.command()
def status(group: Group = None) -> None:
    """What is published and how old it is, the last verdict and runs, what raw holds."""
    with _plain_errors():
        if group:
            environment.use_group(group)
        from orchestration import overview

        overview.show(_console())


@app.command()
def live(
    group: Group = None,
    once: Annotated[
        bool, typer.Option("--once", help="Show what waits and end, instead of staying.")
    ] = False,
) -> None:
    """Stay and show orders in live.duckdb seconds after their events came by webhook; unaudited."""
    with _plain_errors(), _group(group, embedded=False):
        from orchestration import live_worker

        raise typer.Exit(live_worker.work(_console(), once=once))


@app.command()
def dev(
    group: Group = None,
    port: Annotated[int, typer.Option(help="Taken if free, else another one.")] = 3000,
) -> None:
    """The same line in the Dagster UI, on the embedded group unless --group names yours."""
    with _plain_errors(), _group(group, embedded=group is None):
        from orchestration import ui

        raise typer.Exit(ui.serve(_console(), port))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def sandbox(context: typer.Context) -> None:
    """The embedded commerce group: serve, advance, fault, answers, requests (concord sandbox --help)."""
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *context.args])  # noqa: S606  our own module
