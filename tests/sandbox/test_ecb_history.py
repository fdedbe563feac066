"""The ECB's rates beyond the history we have: as if it went on, for every world alike."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.world import World, build
from sandbox.world.ecb_history import HOLIDAYS, LARGEST_STEP

LAST_REAL_DAY = date(2026, 10, 30)


@pytest.fixture(scope="module")
def world() -> World:
    return build(seed=3, days=40, orders=200, advanced_days=80)


def test_every_business_day_up_to_yesterday_has_the_currencies_of_the_last_real_one(world: World):
    days: dict[date, set[str]] = {}
    for day, currency in world.con.execute(
        'select "date", currency from rates.ecb where "date" >= ?', [LAST_REAL_DAY]
    ).fetchall():
        days.setdefault(day, set()).add(currency)
    day, wanted = LAST_REAL_DAY, set()
    while day < world.clock.date():
        if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS:
            wanted.add(day)
        day += timedelta(days=1)
    assert set(days) == wanted
    assert date(2026, 12, 25) not in days
    assert {frozenset(currencies) for currencies in days.values()} == {
        frozenset(days[LAST_REAL_DAY])
    }


def test_a_rate_moves_by_small_steps_and_keeps_its_digits(world: World):
    steps = world.con.execute(
        """select rate, lag(rate) over (partition by currency order by "date") from rates.ecb
        where "date" >= ? qualify lag(rate) over (partition by currency order by "date") is not null""",
        [LAST_REAL_DAY],
    ).fetchall()
    moved = [(Decimal(now), Decimal(before)) for now, before in steps]
    for now, before in moved:
        assert now.as_tuple().exponent == before.as_tuple().exponent
        digit = Decimal(1).scaleb(int(now.as_tuple().exponent))
        assert abs(now - before) <= before * LARGEST_STEP + digit
    ups = sum(now > before for now, before in moved)
    assert 0.4 < ups / len(moved) < 0.6


def test_another_seed_and_a_longer_way_bring_the_same_rates(world: World):
    other = build(seed=4, days=30, orders=100, advanced_days=40)
    published = 'select "date", currency, rate from rates.ecb where "date" < ? order by all'
    until = [other.clock.date()]
    assert (
        other.con.execute(published, until).fetchall()
        == world.con.execute(published, until).fetchall()
    )


def test_money_of_the_advanced_days_converts(world: World, tmp_path):
    world.write_answers(tmp_path)
    unconverted = """select count(*) from truth.ledger where amount_group is null"""
    late = """select count(*), count(distinct currency) from truth.ledger where event_date > ?"""
    assert world.con.execute(unconverted).fetchall() == [(0,)]
    ((rows, currencies),) = world.con.execute(late, [LAST_REAL_DAY]).fetchall()
    assert rows > 0
    assert currencies == 3
