"""``python -m sandbox``: serve a commerce group, move its clock, play faults, write its answer key."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sandbox import world_options
from sandbox.clock_commands import advance, reset
from sandbox.command_line import plain_errors
from sandbox.fault_command import fault
from sandbox.requests_command import requests
from sandbox.webhooks_command import send_webhooks

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


@app.command()
def serve(
    write_group: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Where to write the group file. FILE.env (secrets), FILE.requests.jsonl (what is"
            " asked), FILE.world.json (these options and the clock) and, while serving,"
            " FILE.control.json (for advance and fault) come to lie beside it.",
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
    webhooks: Annotated[
        str | None,
        typer.Option(metavar="URL", help="An intake that is told what each advance brings."),
    ] = None,
    until_input_ends: Annotated[
        bool,
        typer.Option(
            "--until-input-ends",
            help="Stop too when standard input ends: for programs that start us.",
        ),
    ] = False,
) -> None:
    """Serve a group until interrupted. Prints `ready: ...` once every server answers."""
    from sandbox import group_file
    from sandbox import serve as serving
    from sandbox.clock import Clock
    from sandbox.control import controlled
    from sandbox.requests_log import beside
    from sandbox.shopify.limits import Limits

    with plain_errors():
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
        kept = world_options.beside(write_group)
        options = options.going_on_from(kept)
        world = options.build()
    write_group.parent.mkdir(parents=True, exist_ok=True)
    limits = Limits(bulk_seconds=bulk_seconds, restore_rate=restore_rate)
    with serving.running(world, options.name, beside(write_group), limits) as group:
        group_file.write(write_group, world, group, options.name)
        options.save(kept)
        if world.report:
            _show_mapping(world.report)
        interrupted = serving.interruption(with_input=until_input_ends)
        clock = Clock(group, options, write_group, webhooks)
        with controlled(group, clock, write_group):
            where = f"{len(group)} servers, group file {write_group}"
            sys.stdout.write(f"ready: {where}, clock {world_options.said_clock(world)}\n")
            sys.stdout.flush()
            interrupted.wait()
    if clock.is_moving:
        # A world is still being built in a thread that nobody can stop and nobody waits for.
        os._exit(0)


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
    with plain_errors():
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


def _show_mapping(report: list[dict[str, object]]) -> None:
    """Before the ready line: where each code of a replayed file goes, with rows and amount."""
    table = Table(title="Codes of the file and what they are served as")
    for name in report[0]:
        is_number = name in {"rows", "amount", "unreadable"}
        table.add_column(name, justify="right" if is_number else "left")
    for row in report:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console(width=100).print(table)


for command in (advance, reset, fault, requests):
    app.command()(command)
app.command("webhooks")(send_webhooks)


if __name__ == "__main__":
    app(prog_name="sandbox")
