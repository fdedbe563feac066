"""``python -m sandbox``: serve a commerce group, write its answer key, show what was asked of it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from sandbox import world_options
from sandbox.world_options import STDERR

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A commerce group to run the product against: servers as the vendors', and the truth.",
)

Seed = Annotated[int, typer.Option(help="Same seed, same world, to the last cent.")]
Orders = Annotated[int, typer.Option(help="Orders over all shops.")]
Days = Annotated[int, typer.Option(help="Days of history before the world's clock.")]
Replay = Annotated[
    Path | None,
    typer.Option(
        help="Serve this transactions table (CSV or Parquet) as one shop, instead of a world."
    ),
]
Currency = Annotated[str, typer.Option(help="The replayed table's currency (ISO 4217).")]
Zone = Annotated[str, typer.Option(help="The replayed table's time zone (IANA).")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=NAME",
        help="What the replayed table calls invoice, code, description, quantity, date, price,"
        " customer, country or (per row) currency. Once per column that differs.",
    ),
]
DateFormat = Annotated[
    str | None,
    typer.Option(help="How the replayed table writes dates (strptime), if not as ISO 8601."),
]
GroupCurrency = Annotated[str, typer.Option(help="The currency the group reports in.")]
GROUP = Path("data/sandbox/group.toml")


@app.command()
def serve(
    write_group: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Where to write the group file. FILE.env (secrets), FILE.requests.jsonl (what is"
            " asked) and FILE.world.json (these options) come to lie beside it.",
        ),
    ],
    seed: Seed = 7,
    orders: Orders = 3000,
    days: Days = 400,
    replay: Replay = None,
    currency: Currency = "GBP",
    zone: Zone = "Europe/London",
    column: Columns = None,
    date_format: DateFormat = None,
    group_currency: GroupCurrency = "EUR",
    bulk_seconds: Annotated[
        float, typer.Option(help="What a bulk operation takes at least; Shopify's take minutes.")
    ] = 0.0,
    restore_rate: Annotated[
        float, typer.Option(help="Query cost points a shop restores per second (Shopify: 100).")
    ] = 100.0,
    until_input_ends: Annotated[
        bool,
        typer.Option(
            "--until-input-ends",
            help="Stop too when standard input ends: for programs that start us.",
        ),
    ] = False,
) -> None:
    """Serve a group until interrupted. Prints `ready: ...` once every server answers."""
    from sandbox import serve as serving
    from sandbox.requests_log import beside
    from sandbox.shopify.limits import Limits

    with _plain_errors():
        options = world_options.from_options(
            seed=seed,
            orders=orders,
            days=days,
            replay=replay,
            currency=currency,
            zone=zone,
            column=column,
            date_format=date_format,
            group_currency=group_currency,
        )
        world = options.build()
    write_group.parent.mkdir(parents=True, exist_ok=True)
    limits = Limits(bulk_seconds=bulk_seconds, restore_rate=restore_rate)
    with serving.running(world, options.name, beside(write_group), limits) as served:
        serving.write_group(write_group, world, served, options.name)
        options.save(world_options.beside(write_group))
        if world.report:
            _show_mapping(world.report)
        interrupted = serving.interruption(with_input=until_input_ends)
        sys.stdout.write(f"ready: {len(served)} servers, group file {write_group}\n")
        sys.stdout.flush()
        interrupted.wait()


@app.command()
def answers(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the Parquet files go.")],
    group: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Of the world served under this group file; other options don't count.",
        ),
    ] = None,
    seed: Seed = 7,
    orders: Orders = 3000,
    days: Days = 400,
    replay: Replay = None,
    currency: Currency = "GBP",
    zone: Zone = "Europe/London",
    column: Columns = None,
    date_format: DateFormat = None,
    group_currency: GroupCurrency = "EUR",
) -> None:
    """Write a world's answer key: true persons, true ledger, every special case by name."""
    with _plain_errors():
        options = (
            world_options.load(group)
            if group
            else world_options.from_options(
                seed=seed,
                orders=orders,
                days=days,
                replay=replay,
                currency=currency,
                zone=zone,
                column=column,
                date_format=date_format,
                group_currency=group_currency,
            )
        )
        options.build().write_answers(out)
    files = ", ".join(sorted(file.name for file in out.glob("*.parquet")))
    sys.stdout.write(f"answers: {files} in {out}\n")


@app.command()
def requests(
    group: Annotated[
        Path, typer.Option(metavar="FILE", help="The group file of a running or ended sandbox.")
    ] = GROUP,
    as_json: Annotated[
        bool, typer.Option("--json", help="Every request as a JSON line instead of the table.")
    ] = False,
) -> None:
    """What was asked of each account: requests, bytes, query cost, refusals."""
    from sandbox.requests_log import beside

    log = beside(group)
    if not log.exists():
        STDERR.print(
            f"no request log {log}; serve a group first: sandbox serve --write-group {group}"
        )
        raise typer.Exit(1)
    text = log.read_text(encoding="utf-8")
    if as_json:
        sys.stdout.write(text)
        return
    _show_requests([json.loads(line) for line in text.splitlines()])


def _show_requests(lines: list[dict[str, Any]]) -> None:
    sums: dict[tuple[str, str, str], list[float]] = {}
    for line in lines:
        what = line["operation"] or f"{line['method']} {line['path']}"
        row = sums.setdefault((line["system"], line["account"], what), [0, 0, 0, 0])
        is_refused = not 200 <= line["status"] < 300
        for at, more in enumerate((1, line["bytes"], line["cost"] or 0, is_refused)):
            row[at] += more
    table = Table("system", "account", "operation", title=f"{len(lines)} requests")
    for name in ("requests", "bytes", "cost", "refused"):
        table.add_column(name, justify="right")
    before = ""
    for key, row in sorted(sums.items()):
        if before not in ("", key[1]):
            table.add_section()
        before = key[1]
        table.add_row(*key, *(f"{value:,.0f}" for value in row))
    Console(width=None if sys.stdout.isatty() else 110).print(table)


def _show_mapping(report: list[dict[str, object]]) -> None:
    """Before the ready line: where each code of a replayed file goes, with rows and amount."""
    table = Table(title="Codes of the file and what they are served as")
    for name in report[0]:
        is_number = name in {"rows", "amount", "unreadable"}
        table.add_column(name, justify="right" if is_number else "left")
    for row in report:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console(width=100).print(table)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """A wrong option is told in one line; a fault of our own keeps its traceback."""
    try:
        yield
    except (ValueError, OSError, duckdb.IOException, duckdb.InvalidInputException) as error:
        STDERR.print(f"sandbox: {error}", soft_wrap=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app(prog_name="sandbox")
