"""What the banks booked, against what the PSPs sent, the buyers paid and the companies pay."""

import duckdb
import pytest

from sandbox.world import World
from sandbox.world.bank_accounts import IBANS, UNIDENTIFIED


@pytest.fixture(scope="module")
def con(small_world: World) -> duckdb.DuckDBPyConnection:
    return small_world.con


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return con.execute(sql).fetchall()


def test_every_payout_has_an_account_that_takes_its_currency(con: duckdb.DuckDBPyConnection):
    lost = """select p.system, p.payout_id, p.currency from truth.bank_payouts as p
        anti join truth.bank_accounts as a using (legal_entity, currency)"""
    assert rows(con, lost) == []


def test_an_account_runs_from_its_opening_through_every_line(con: duckdb.DuckDBPyConnection):
    closing = """select iban, arg_max(balance, (booked_on, entry_no, line_no)), sum(amount)
        from truth.bank_booked group by iban"""
    opening = {account.iban: account.opening for account in IBANS}
    found = rows(con, closing)
    assert {iban for iban, *_ in found} == set(opening)
    assert all(balance == opening[iban] + moved for iban, balance, moved in found)


def test_entries_and_lines_have_ids_of_their_own(con: duckdb.DuckDBPyConnection):
    assert (
        rows(con, "select entry_id from truth.bank_booked group by all having count(*) > 1") == []
    )
    several = "select count(distinct entry_reference) from truth.bank_booked where lines > 1"
    assert rows(con, several)[0][0] > 0


def test_a_payout_that_nothing_befell_arrives_whole_within_four_days(
    con: duckdb.DuckDBPyConnection,
):
    wrong = """select p.payout_id from truth.bank_payouts as p
        left join truth.bank_booked as b on b.payout_system = p.system and b.payout_account = p.account
            and b.payout_id = p.payout_id
        where p.bank_fault is null and coalesce(p.fault, '') <> 'duplicate_record' and p.amount <> 0
            and p.refused_at is null and p.canceled_at is null and p.arrives_on + interval 6 day < psp_now()
            and (b.amount is null or b.amount <> p.amount or b.currency <> p.currency
                or b.booked_on not between p.arrives_on and p.arrives_on + interval 4 day)"""
    assert rows(con, wrong) == []


def test_a_payout_that_came_back_is_in_and_out_again(con: duckdb.DuckDBPyConnection):
    returned = """select count(*), sum(amount), bool_or(is_reversal) from truth.bank_booked
        where what = 'payout' group by payout_system, payout_account, payout_id having count(*) > 1"""
    found = rows(con, returned)
    assert found
    assert set(found) == {(2, 0, True)}


def test_the_bank_does_each_of_its_faults(con: duckdb.DuckDBPyConnection):
    kinds = {kind for (kind,) in rows(con, "select bank_fault from truth.bank_payouts")}
    assert kinds >= {"missing_at_bank", "payout_short", "amount_difference", "currency_mismatch"}
    unknown = "select count(*) from truth.bank_booked where what = 'unidentified'"
    assert rows(con, unknown) == [(len(UNIDENTIFIED),)]


def test_a_buyer_s_transfer_names_the_order_or_nothing(con: duckdb.DuckDBPyConnection):
    wrong = """select b.remittance from truth.bank_booked as b join truth.orders as o using (ono)
        where b.what = 'buyer' and not contains(b.remittance, '#' || (1000 + o.number))
            and b.fault is distinct from 'bank_unidentified'"""
    assert rows(con, wrong) == []
    short = "select count(*) from truth.bank_booked where what = 'buyer' and fault = 'amount_difference'"
    assert rows(con, short)[0][0] > 0
