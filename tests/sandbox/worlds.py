"""Worlds that several files look at, each built once by a worker: a build takes seconds at any size.

Whoever looks has a connection of its own, so its temporary views are in nobody's way; what it changes
in the world's own tables, others see.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

from sandbox.world import World, build

# Seed, days, orders: every file that may asks for one of these.
SMALL, SMALLEST = (5, 120, 150), (5, 30, 60)
YEAR, OTHER_YEAR, MONTHS = (1, 365, 900), (2, 365, 900), (3, 60, 900)
MUCH_LATER = 120
MOVED = {YEAR: (0, 28), MONTHS: (10, 38)}
"""How far the clocks of the earlier and the later world of a pair were moved, in days."""


def look(seed: int, days: int, orders: int, advanced_days: int = 0) -> World:
    world = _built(seed, days, orders, advanced_days)
    con = world.con.cursor()
    con.execute("set TimeZone = 'UTC'")
    return replace(world, con=con)


def answered(world: World, folder: Path, *names: str) -> World:
    """The world with its answer key written, and a temporary view of each of these tables of it."""
    world.write_answers(folder)
    for name in names or [file.stem for file in folder.glob("*.parquet")]:
        world.con.execute(f"create temp view {name} as from '{folder / name}.parquet'")
    return world


def pairs() -> list[tuple[int, int, int, int, int]]:
    return [(*asked, *days) for asked, days in MOVED.items()]


@cache
def _built(seed: int, days: int, orders: int, advanced_days: int) -> World:
    return build(seed, days, orders, advanced_days)
