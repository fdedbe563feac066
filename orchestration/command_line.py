"""What the commands share: the option that names a group, how errors are told, where they are printed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ingestion.errors import LoadError
from orchestration import environment

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


@contextmanager
def chosen_group(group: Path | None, *, embedded: bool) -> Iterator[None]:
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
        console().print(ready, highlight=False, soft_wrap=True)
        environment.use_group(served.group_file)
        yield


@contextmanager
def plain_errors() -> Iterator[None]:
    """What went wrong and what to do, in one line; a fault of our own keeps its traceback.

    Being terminated is being interrupted: what was started beside us is stopped first.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except (ValueError, OSError, LoadError) as error:
        Console(stderr=True).print(f"concord: {error}", style="red", soft_wrap=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        Console(stderr=True).print("concord: interrupted; run again to continue", style="red")
        raise typer.Exit(130) from None


def published() -> Path:
    """The published file, once there is one."""
    file = environment.published_path()
    if not file.exists():
        raise ValueError(f"{file}: nothing is published yet; run concord run")
    return file


def writable(file: Path) -> Path:
    """A file to be written, in a folder that is there."""
    if not file.absolute().parent.is_dir():
        raise ValueError(
            f"{file}: there is no folder {file.parent}; make it: mkdir -p {file.parent}"
        )
    return file


def console() -> Console:
    console = Console()
    # A log has no width: tables must not be cut to the 80 columns of a terminal that is not there.
    return console if console.is_terminal else Console(width=160)
