"""When the clock moves on, nothing at the PSP changes without an event, and no payout is made over."""

from dataclasses import dataclass
from datetime import UTC

import duckdb
import pytest

from tests.sandbox.worlds import look, pairs

# Objects that events tell of, and the type that their ids' events carry.
TOLD = ("charges", "payment_intents", "refunds", "disputes", "payouts", "customers")
KEPT = 30 * 86_400


@dataclass
class Moved:
    """The later world's connection, the earlier one's tables in the schema ``was``, both clocks."""

    con: duckdb.DuckDBPyConnection
    before: int
    after: int


@pytest.fixture(
    scope="module",
    params=pairs(),
    ids=lambda given: "seed {} from {} to {}".format(given[0], *given[3:]),
)
def moved(request: pytest.FixtureRequest) -> Moved:
    seed, days, orders, first, second = request.param
    earlier, later = (look(seed, days, orders, advanced) for advanced in (first, second))
    later.con.execute("create schema if not exists was")
    for table in (*TOLD, "balance_transactions", "events"):
        later.con.register("earlier", earlier.con.sql(f"from stripe.{table}").to_arrow_table())
        # Arrow knows no JSON type.
        data = " replace (cast(data as json) as data)" if table == "events" else ""
        later.con.execute(f"create table was.{table} as select *{data} from earlier")
        later.con.unregister("earlier")
    clocks = (int(world.clock.astimezone(UTC).timestamp()) for world in (earlier, later))
    return Moved(later.con, *clocks)


def texts(schema: str, table: str) -> str:
    hidden = "_account, _seq, _payout" if table == "balance_transactions" else "_account, _seq"
    return f"""select t.id, t.created, psp_text(t) as shown
        from (select * exclude ({hidden}) from {schema}.{table}) as t"""


@pytest.mark.parametrize("table", [*TOLD, "balance_transactions", "events"])
def test_nothing_is_backdated_and_nothing_but_old_events_goes(moved: Moved, table: str):
    wrong = moved.con.execute(
        f"""select id, now.created, was.created from ({texts("was", table)}) as was
        full join ({texts("stripe", table)}) as now using (id)
        where now.id is null and not ('{table}' = 'events' and was.created <= {moved.after - KEPT})
            or was.id is null and now.created <= {moved.before}"""
    ).fetchall()
    assert wrong == []


@pytest.mark.parametrize("table", TOLD)
def test_what_changed_is_in_an_event_after_the_earlier_clock(moved: Moved, table: str):
    changed = f"""select id, now.shown from ({texts("was", table)}) as was
        join ({texts("stripe", table)}) as now using (id) where was.shown <> now.shown"""
    told = f"""select data->'object'->>'id' as id, cast(data->'object' as varchar) as shown, _seq
        from stripe.events where created > {moved.before}"""
    silent = moved.con.execute(
        f"select id from ({changed}) anti join ({told}) using (id)"
    ).fetchall()
    assert silent == []
    # And the newest event of an object shows it as it is now.
    assert (
        moved.con.execute(
            f"""select c.id from ({changed}) as c
            join (select id, arg_max(shown, _seq) as shown from ({told}) group by id) as t using (id)
            where cast(c.shown as json) <> cast(t.shown as json)"""
        ).fetchall()
        == []
    )


def test_events_stay_as_they_were_told(moved: Moved):
    changed = moved.con.execute(
        f"""select id from ({texts("was", "events")}) as was
        join ({texts("stripe", "events")}) as now using (id) where was.shown <> now.shown"""
    ).fetchall()
    assert changed == []


def test_a_balance_transaction_only_becomes_available_on_its_date(moved: Moved):
    wrong = moved.con.execute(
        f"""select id from ({texts("was", "balance_transactions")}) as was
        join ({texts("stripe", "balance_transactions")}) as now using (id)
        join stripe.balance_transactions as b using (id)
        where was.shown <> now.shown and (
            replace(was.shown, '"status":"pending"', '"status":"available"') <> now.shown
            or b.available_on not between {moved.before} + 1 and {moved.after})"""
    ).fetchall()
    assert wrong == []


def test_a_payout_keeps_its_entries(moved: Moved):
    wrong = moved.con.execute(
        """select id, was._payout, now._payout
        from was.balance_transactions as was full join stripe.balance_transactions as now using (id)
        where was._payout is distinct from now._payout
            and coalesce(was._payout, now._payout) in (select id from was.payouts)"""
    ).fetchall()
    assert wrong == []
