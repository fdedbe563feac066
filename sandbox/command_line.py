"""What the commands share: the option that names a group file, and how errors are told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console

from sandbox.world_options import STDERR

GROUP = Path("data/sandbox/group.toml")  # of the embedded group: `make run` and `make dev` serve it
GroupFile = Annotated[
    Path,
    typer.Option(
        "--group", metavar="FILE", help="The group file; the embedded group's unless you name one."
    ),
]


@contextmanager
def plain_errors() -> Iterator[None]:
    """A wrong option is told in one line; a fault of our own keeps its traceback."""
    try:
        yield
    except (ValueError, OSError, duckdb.IOException, duckdb.InvalidInputException) as error:
        STDERR.print(f"sandbox: {error}", soft_wrap=True, markup=False)
        raise typer.Exit(1) from error


def console() -> Console:
    """A log has no width of its own: tables get one that a log can take."""
    return Console(width=None if sys.stdout.isatty() else 120)
