"""``python -m sandbox``: serve a commerce group, write its answer key, show what was asked of it."""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
err = Console(stderr=True)

Seed = Annotated[int, typer.Option(help="Same seed, same world, to the last cent.")]
Orders = Annotated[int, typer.Option(help="Orders over all shops.")]
Days = Annotated[int, typer.Option(help="Days of history before the world's clock.")]
Replay = Annotated[
    Path | None, typer.Option(help="A transactions table (CSV or Parquet) to serve as one shop.")
]
Currency = Annotated[str, typer.Option(help="The replayed table's currency (ISO 4217).")]
Zone = Annotated[str, typer.Option(help="The replayed table's time zone (IANA).")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=NAME",
        help="What the replayed table calls a field: invoice, code, description, quantity, date, price, customer, country.",
    ),
]


def build(
    seed: int,
    orders: int,
    days: int,
    replay: Path | None,
    currency: str,
    zone: str,
    columns: list[str] | None,
):
    """The world these options name."""
    began = time.monotonic()
    if replay:
        from sandbox import replay as replaying

        named = dict(column.split("=", 1) for column in columns or []) or None
        world = replaying.build(replay, currency, zone, named)
    else:
        from sandbox.world import build as generate

        world = generate(seed, days, orders)
    err.print(
        f"world built in {time.monotonic() - began:.1f} s, clock {world.clock:%Y-%m-%d %H:%M} UTC"
    )
    return world


@app.command()
def serve(
    write_group: Annotated[
        Path,
        typer.Option(help="Where to write the group file; FILE.env beside it gets the secrets."),
    ],
    seed: Seed = 7,
    orders: Orders = 3000,
    days: Days = 400,
    replay: Replay = None,
    currency: Currency = "GBP",
    zone: Zone = "Europe/London",
    column: Columns = None,
    group_currency: Annotated[str, typer.Option(help="The group's currency.")] = "EUR",
) -> None:
    """Serve a group until interrupted; says `ready` once every server answers."""
    from sandbox import serve as serving

    world = build(seed, orders, days, replay, currency, zone, column)
    if world.report:
        _print_mapping(world.report)
    write_group.parent.mkdir(parents=True, exist_ok=True)
    name = f"{replay.name}" if replay else f"{seed}"
    log = write_group.with_name(write_group.name + ".requests.jsonl")
    with serving.running(world, name, log) as served:
        serving.write_group(write_group, world, served, name, group_currency)
        print(f"ready: {len(served)} servers, group file {write_group}", flush=True)
        serving.until_interrupted()


@app.command()
def answers(
    out: Annotated[
        Path, typer.Option(help="Folder for the answer key, one Parquet file per table.")
    ],
    seed: Seed = 7,
    orders: Orders = 3000,
    days: Days = 400,
    replay: Replay = None,
    currency: Currency = "GBP",
    zone: Zone = "Europe/London",
    column: Columns = None,
) -> None:
    """Write the true persons, the true ledger and every special case by name."""
    build(seed, orders, days, replay, currency, zone, column).write_answers(out)
    print(f"answers: {', '.join(sorted(file.name for file in out.glob('*.parquet')))} in {out}")


@app.command()
def requests(
    group: Annotated[
        Path, typer.Option(help="The group file of the running or last sandbox.")
    ] = Path("data/sandbox/group.toml"),
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per request instead of the table.")
    ] = False,
) -> None:
    """What was asked of each account: requests, bytes, cost."""
    log = group.with_name(group.name + ".requests.jsonl")
    if not log.exists():
        err.print(
            f"no request log {log}; serve a group first: concord sandbox serve --write-group {group}"
        )
        raise typer.Exit(1)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    if as_json:
        sys.stdout.writelines(json.dumps(line) + "\n" for line in lines)
        return
    table = Table("system", "account", "asked for", "requests", "bytes", "cost", "not 2xx")
    kinds = Counter(
        (line["system"], line["account"], line["operation"] or line["path"].split("?")[0])
        for line in lines
    )
    for (system, account, what), count in sorted(kinds.items()):
        of = [
            x
            for x in lines
            if (x["account"], x["operation"] or x["path"].split("?")[0]) == (account, what)
        ]
        bad = sum(not 200 <= x["status"] < 300 for x in of)
        table.add_row(
            system,
            account,
            what,
            str(count),
            str(sum(x["bytes"] for x in of)),
            str(sum(x["cost"] or 0 for x in of)),
            str(bad),
        )
    Console().print(table)


def _print_mapping(report: list[dict[str, object]]) -> None:
    table = Table(*report[0], title="What is no merchandise, and where it goes")
    for row in report:
        table.add_row(*(str(value) for value in row.values()))
    Console(width=120).print(table)


if __name__ == "__main__":
    app()
