"""Who is there and who orders: the history before the base clock, and each day after it.

The history has generators of its own, and so has every later day, so a world that was advanced twice is
the world that was advanced once by as much: later days only append people and orders. A day beyond the
base clock begins at the clock's hour; its people are born and its orders placed within it.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from sandbox.world import draws, orders
from sandbox.world.baskets import draw_lines
from sandbox.world.columns import joined
from sandbox.world.people import ORDERS_PER_PERSON, SET_PEOPLE, People, draw_people

DAY = np.timedelta64(86_400, "s")
SECONDS = 86_400
CHILDHOOD = 1.6  # the base world's people were born within so many times its days


def people(seed: int, clock: datetime, days: int, size: int, advanced_days: int) -> People:
    """Everybody: the base world's people, then the newborn of each later day."""
    span = days * SECONDS
    drawn = max(60, int(size / ORDERS_PER_PERSON))
    parts = [
        draw_people(
            np.random.default_rng([seed, 1]),
            SET_PEOPLE + drawn,
            0,
            _moment(clock),
            CHILDHOOD * span,
            span,
        )
    ]
    first = SET_PEOPLE + drawn
    for number in range(1, advanced_days + 1):
        rng = np.random.default_rng([seed, 4, number])
        born = int(rng.poisson(drawn / (CHILDHOOD * days)))
        end = _moment(clock) + number * DAY
        parts.append(draw_people(rng, born, first, end, SECONDS, span))
        first += born
    return joined(parts)


def baskets(
    seed: int,
    clock: datetime,
    days: int,
    size: int,
    advanced_days: int,
    crowd: draws.Crowd,
    variants: np.ndarray,
) -> tuple[dict, dict]:
    """Columns of all orders and of all their lines, in order of ``ono``."""
    columns, lines, first = [], [], 0
    for rng, drawn in _ordered(seed, clock, days, size, advanced_days, crowd):
        columns.append(drawn)
        lines.append(draw_lines(rng, drawn, variants, first))
        first += len(drawn["pid"])
    return joined(columns), joined(lines)


def _ordered(
    seed: int, clock: datetime, days: int, size: int, advanced_days: int, crowd: draws.Crowd
) -> Iterator[tuple[np.random.Generator, orders.Columns]]:
    rng = np.random.default_rng([seed, 3])
    day, second = draws.draw_times(rng, size, clock, days)
    drawn = orders.draw_orders(rng, day, second, crowd)
    orders.apply_cases(drawn)
    yield rng, drawn
    for number in range(advanced_days):
        rng = np.random.default_rng([seed, 5, number + 1])
        opening = _moment(clock) + number * DAY
        today = opening.astype("datetime64[D]")
        count = int(rng.poisson(draws.pace(today, clock, days, size)))
        drawn = orders.draw_orders(
            rng, np.full(count, today), draws.draw_seconds(rng, count), crowd
        )
        # Who would have ordered before this day began, at its hour of another day, orders at its end.
        placed = drawn["placed_at"]
        drawn["placed_at"] = np.where(placed <= opening, placed + DAY, placed)
        yield rng, drawn


def _moment(clock: datetime) -> np.datetime64:
    return np.datetime64(clock.replace(tzinfo=None), "s")
