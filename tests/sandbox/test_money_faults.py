"""The key of reconciliation: every row has one state, sums tie on every side, every fault is in every world."""

from pathlib import Path

import duckdb
import pytest

from sandbox.world import World

KINDS = {
    *("duplicate_capture", "duplicate_record", "missing_in_psp", "missing_in_shop", "missing_in_payout"),
    *("reserve_held", "missing_at_bank", "bank_unidentified", "payout_failed", "currency_mismatch"),
    *("payout_short", "amount_difference", "fee_drift", "failed_refund", "hidden_movement", "fx_payout"),
}  # fmt: skip
SIDES = {
    ("psp_payout", "psp"): "select net, net_currency from truth.reconciled_entries",
    ("payout_bank", "bank"): "select amount, currency from truth.bank_booked",
    ("order_psp", "order"): "select amount, currency from truth.reconciled_orders",
    ("psp_payout", "payout"): "select balance_amount, balance_currency from truth.bank_payouts",
}


@pytest.fixture(scope="module")
def con(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("answers")
    small_world.write_answers(folder)
    found = duckdb.connect()
    for name in ("reconciliation", "money_faults", "bank_entries", "payouts"):
        found.execute(f"create view {name} as select * from '{folder / name}.parquet'")
    return found


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return con.execute(sql).fetchall()


def test_a_row_of_a_side_of_a_leg_has_one_state(con: duckdb.DuckDBPyConnection):
    twice = """select leg, side, system, account, source_id from reconciliation
        group by all having count(*) > 1 or count(state) = 0"""
    assert rows(con, twice) == []


@pytest.mark.parametrize("leg_and_side", SIDES, ids="/".join)
def test_a_side_s_states_sum_to_its_source(small_world: World, con, leg_and_side: tuple[str, str]):
    leg, side = leg_and_side
    summed = rows(
        con,
        f"""select currency, sum(amount), count(*) from reconciliation
        where leg = '{leg}' and side = '{side}' group by currency order by currency""",
    )
    sources = small_world.con.execute(
        f"""select currency, sum(psp_amount(amount, currency)), count(*)
        from ({SIDES[leg_and_side]}) as s(amount, currency) group by currency order by currency"""
    ).fetchall()
    assert summed == sources


def test_every_kind_of_money_fault_is_in_the_world(con: duckdb.DuckDBPyConnection):
    assert {kind for (kind,) in rows(con, "select distinct kind from money_faults")} == KINDS


def test_both_sides_of_a_leg_tell_of_the_same_payouts_and_lines(con: duckdb.DuckDBPyConnection):
    uneven = """select coalesce(p.state, b.state) from
        (select state, count(*) as n from reconciliation where leg = 'payout_bank' and side = 'payout'
            and state in ('matched', 'payout_short', 'currency_mismatch', 'amount_difference') group by state) as p
        full join (select state, count(*) as n from reconciliation where leg = 'payout_bank' and side = 'bank'
            and state in ('matched', 'payout_short', 'currency_mismatch', 'amount_difference') group by state) as b
            using (state)
        where p.n is distinct from b.n"""
    assert rows(con, uneven) == []


def test_what_is_short_at_the_bank_is_short_by_the_same_on_both_sides(
    con: duckdb.DuckDBPyConnection,
):
    gaps = """select side, sum(difference_amount) from reconciliation
        where leg = 'payout_bank' and state in ('payout_short', 'amount_difference') group by side order by side"""
    bank, payout = rows(con, gaps)
    assert bank[1] == -payout[1] != 0


def test_bank_lines_of_payouts_name_payouts_that_there_are(con: duckdb.DuckDBPyConnection):
    lost = """select b.entry_id from bank_entries as b
        anti join payouts as p on p.system = b.payout_system and p.account = b.payout_account
            and p.payout_id = b.payout_id
        where b.payout_id is not null"""
    assert rows(con, lost) == []
