"""`concord`: the command line. It reads options, starts processes and prints; the work is elsewhere.

Dagster, dbt and dlt are imported inside the commands that need them, so that `concord --help` answers at once.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from orchestration import environment

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="The warehouse of a commerce group: load its shops, build its marts, audit and publish them.",
    epilog="Settings come from the environment; .env.example lists them.",
)
SANDBOX_FOLDER = Path("data/sandbox")

Group = Annotated[
    Path | None,
    typer.Option(
        "--group",
        envvar="GROUP_CONFIG",
        metavar="FILE",
        help="The group's accounts and windows; FILE.env beside it holds the secrets.",
    ),
]


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
def status(group: Group = None) -> None:
    """What is published and how old it is, the last verdict and runs, what raw holds."""
    with _plain_errors():
        if group:
            environment.use_group(group)
        from orchestration import overview

        overview.show(_console())


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


@contextmanager
def _group(group: Path | None, *, embedded: bool) -> Iterator[None]:
    """Point at a group file; an embedded group is served until the command ends."""
    environment.silence_telemetry()
    if not embedded:
        environment.use_group(group or environment.group_file())
        yield
        return
    from orchestration import processes

    with processes.sandbox(SANDBOX_FOLDER.absolute()) as served:
        from orchestration import definitions  # noqa: F401  imported while the world is built

        ready = served.wait_until_ready()
        _console().print(ready, highlight=False, soft_wrap=True)
        environment.use_group(served.group_file)
        yield


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What went wrong and what to do, in one line; a fault of our own keeps its traceback.

    Being terminated is being interrupted: what was started beside us is stopped first.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except (ValueError, OSError) as error:
        Console(stderr=True).print(f"concord: {error}", style="red", soft_wrap=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        Console(stderr=True).print("concord: interrupted; run again to continue", style="red")
        raise typer.Exit(130) from None


def _console() -> Console:
    console = Console()
    # A log has no width: tables must not be cut to the 80 columns of a terminal that is not there.
    return console if console.is_terminal else Console(width=160)
