"""Who orders when: seasonal times, and buyers in proportion to their own purchase rates."""

from datetime import datetime
from typing import Any

import numpy as np

from sandbox.world import shops

# Share of a day's orders per local hour, and what UTC hour that is for each shop (winter time will do:
# only the exact local date of the named cases matters).
HOURS = np.array([2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 6, 7, 6, 5, 5, 6, 7, 8, 9, 9, 8, 5, 3], float)
UTC_OFFSET_HOURS = {shops.DE: 1, shops.WORLD: -5, shops.JP: 9}
WEEKDAYS = np.array([1.0, 0.95, 0.95, 1.0, 1.05, 1.2, 1.25])
BLACK_FRIDAY_PEAK = 5.0
FIRST_TREND, LAST_TREND = (
    0.85,
    1.15,
)  # what a day of a world's history sells, from its first to its last


def draw_times(
    rng: np.random.Generator, size: int, clock: datetime, days: int
) -> tuple[np.ndarray, np.ndarray]:
    """Order days (as numpy dates) and seconds of the local day."""
    calendar, weights = _history(clock, days)
    return rng.choice(calendar, size, p=weights / weights.sum()), draw_seconds(rng, size)


def pace(day: np.datetime64, clock: datetime, days: int, orders: int) -> float:
    """Orders to expect on a ``day`` beyond the clock of a history of ``orders`` in ``days``."""
    _, weights = _history(clock, days)
    return orders * float(_weights(np.array([day]), np.array([LAST_TREND]))[0] / weights.sum())


def _history(clock: datetime, days: int) -> tuple[np.ndarray, np.ndarray]:
    last = np.datetime64(clock.replace(tzinfo=None), "D")
    calendar = last - np.arange(days, 0, -1)
    return calendar, _weights(calendar, np.linspace(FIRST_TREND, LAST_TREND, len(calendar)))


def _weights(calendar: np.ndarray, trend: np.ndarray) -> np.ndarray:
    month = calendar.astype("datetime64[M]").astype(int) % 12
    weekday = (calendar.astype("datetime64[D]").astype(int) - 4) % 7  # 1970-01-01 was a Thursday
    weights = WEEKDAYS[weekday] * np.where(np.isin(month, (10, 11)), 1.5, 1.0)
    weights *= trend
    weights[is_black_weekend(calendar)] *= BLACK_FRIDAY_PEAK
    return weights


def is_black_weekend(calendar: np.ndarray) -> np.ndarray:
    """From the fourth Friday of November (the one after its fourth Thursday) to the Monday after."""
    years = calendar.astype("datetime64[Y]")
    november = (years + np.timedelta64(10, "M").astype("timedelta64[M]")).astype("datetime64[D]")
    weekday = (november.astype(int) - 4) % 7
    friday = november + (3 - weekday) % 7 + 22
    since = (calendar - friday).astype(int)
    return (since >= 0) & (since <= 3)


def draw_seconds(rng: np.random.Generator, size: int) -> np.ndarray:
    hour = rng.choice(24, size, p=HOURS / HOURS.sum())
    return hour * 3600 + rng.integers(0, 3600, size)


class Crowd:
    """All persons of a world by birth, so that those alive on a day can be asked to buy."""

    def __init__(self, people: dict[str, Any]) -> None:
        self.people = people
        self.by_birth = np.argsort(people["born"], kind="stable")
        self.births = people["born"][self.by_birth]
        self.deaths = people["died"][self.by_birth]
        self.weight = np.cumsum(people["rate"][self.by_birth])

    def draw(self, rng: np.random.Generator, day: np.ndarray) -> np.ndarray:
        """A person per order: born before the day, in proportion to the rate, thrice asked if alive."""
        weight = self.weight
        born = np.maximum(np.searchsorted(self.births, day.astype("datetime64[s]")), 1)
        reach = np.maximum(weight[born - 1], weight[weight > 0][0])
        buyer = np.full(len(day), -1)
        for _ in range(3):
            open_ = (
                np.flatnonzero(buyer < 0) if _ == 0 else np.flatnonzero(self.deaths[buyer] < day)
            )
            drawn = np.searchsorted(weight, rng.random(len(open_)) * reach[open_], side="right")
            buyer[open_] = np.minimum(drawn, len(weight) - 1)
        return self.by_birth[buyer]


def to_utc(day: np.ndarray, second: np.ndarray, shop: np.ndarray) -> np.ndarray:
    offset = np.array([UTC_OFFSET_HOURS[s] * 3600 for s in range(3)])[shop]
    return day.astype("datetime64[s]") + (second - offset).astype("timedelta64[s]")
