"""The answer key against what the vendor shows: two ways to the same money, and exact conversion."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from sandbox.answers import SUMS
from tests.sandbox.worlds import MONTHS, MOVED, OTHER_YEAR, YEAR, answered, look

CENTI = Decimal("0.0001")


@pytest.fixture(
    scope="module",
    params=[(*YEAR, 0), (*OTHER_YEAR, 0), *((*MONTHS, day) for day in MOVED[MONTHS])],
    ids=str,
)
def con(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    """The world's connection with one view per answer file."""
    folder: Path = tmp_path_factory.mktemp("answers")
    return answered(look(*request.param), folder).con


def test_the_ledger_of_an_order_is_its_vendor_sales_unless_nobody_reversed_it(
    con: duckdb.DuckDBPyConnection,
):
    """All kinds but coins and rate gaps; test orders have none, abandoned ones net to nothing."""
    abandoned = "('cancelled_without_reversal', 'voided_without_reversal')"
    wrong = con.execute(
        """with sales as (
            select distinct on (s._shop, s."id") s._shop, a._parent,
                cast(s."totalAmount"."shopMoney".amount as decimal(18, 4)) as amount
            from shopify."Sale" as s join shopify."SalesAgreement" as a on a._shop = s._shop and a."id" = s._parent),
        shown as (
            select o._shop as account, split_part(o."id", '/', 5) as order_id, o.test, sum(s.amount) as amount
            from shopify."Order" as o join sales as s on s._shop = o._shop and s._parent = o."id" group by all),
        kept as (
            select account, order_id, sum(amount) as amount from ledger
            where kind not in ('rounding', 'fx_difference') group by all)
        select s.account, s.order_id, s.amount, k.amount
        from shown as s left join kept as k using (account, order_id)
        join orders as o using (account, order_id)
        where case when s.test then k.amount is not null
            else s.amount <> k.amount and not (k.amount = 0 and o.status in ('cancelled', 'voided')) end"""
    ).fetchall()
    assert wrong == []
    sums = con.execute(
        f"""select sum(l.amount), sum(l.amount_group) filter (l.kind <> 'fx_difference')
        from special_cases as c join ledger as l on l.account = c.account and l.order_id = c.object_id
        where c."case" in {abandoned} group by c."case" """
    ).fetchall()
    assert [native for native, _ in sums] == [0, 0]
    # A return row takes back price and discount in one rounding; they went in as two.
    assert all(abs(group) <= Decimal("0.001") for _, group in sums)


def test_tax_and_discounts_by_account_are_the_vendors(con: duckdb.DuckDBPyConnection):
    """Over orders that stand; the vendor's before-tax discount is the ledger's."""
    shown = con.execute(
        """with sales as (
            select distinct on (s._shop, s."id") s.*, split_part(a._parent, '/', 5) as order_id
            from shopify."Sale" as s join shopify."SalesAgreement" as a on a._shop = s._shop and a."id" = s._parent)
        select s._shop, sum(cast(s."totalTaxAmount"."shopMoney".amount as decimal(18, 4))),
            -sum(cast(s."totalDiscountAmountBeforeTaxes"."shopMoney".amount as decimal(18, 4)))
                filter (s."lineType" = 'PRODUCT' and s."actionType" <> 'RETURN')
        from sales as s join orders as o on o.account = s._shop and o.order_id = s.order_id
        where not o.is_test and not (o.status in ('cancelled', 'voided') and o.total_sales_amount = 0)
        group by 1 order by 1"""
    ).fetchall()
    kept = con.execute(
        """select l.account, sum(l.amount) filter (l.kind = 'tax'), sum(l.amount) filter (l.kind = 'discount')
        from ledger as l join orders as o using (account, order_id)
        where not (o.status in ('cancelled', 'voided') and o.total_sales_amount = 0)
        group by 1 order by 1"""
    ).fetchall()
    assert shown == kept


def test_orders_sum_to_the_ledger(con: duckdb.DuckDBPyConnection):
    for side in ("", "_group"):
        ordered, kept = con.execute(
            f"""select (select sum(amount_due{side}) from orders),
                (select sum(amount{side}) from ledger where kind <> 'fx_difference')"""
        ).fetchall()[0]
        assert ordered == kept
    assert con.execute(
        """select count(*) from orders where net_sales_amount <>
        gross_sales_amount - discounts_amount - returns_amount"""
    ).fetchall() == [(0,)]
    test_orders = con.execute(f"select {', '.join(SUMS)} from orders where is_test").fetchall()
    assert test_orders
    assert all(set(row) == {Decimal(0)} for row in test_orders)


def test_a_sunday_order_converts_at_the_friday_before_to_the_last_digit(
    con: duckdb.DuckDBPyConnection,
):
    rate = Decimal(
        con.execute(
            "select rate from rates.ecb where currency = 'USD' and \"date\" = '2026-06-12'"
        ).fetchall()[0][0]
    )
    inverse = (1 / rate).quantize(Decimal("0.0000000001"), ROUND_HALF_UP)
    found = con.execute(
        """select l.amount, l.amount_group from ledger as l join special_cases as c
        on c.account = l.account and c.object_id = l.order_id where c."case" = 'sunday_without_fixing'"""
    ).fetchall()
    assert found
    for amount, group in found:
        assert group == (amount * inverse).quantize(CENTI, ROUND_HALF_UP)


def test_treasurys_rate_beats_the_ecbs_and_its_correction_the_first(con: duckdb.DuckDBPyConnection):
    for case, day, version in (
        ("treasury_rate", "2026-06-17", "1"),
        ("treasury_corrected_rate", "2026-08-01", "2"),
    ):
        rate = con.execute(
            """select cast(rate as decimal(18, 10)) from rates.treasury
            where from_currency = 'USD' and rate_date = ? and version = ?""",
            [day, version],
        ).fetchall()[0][0]
        found = con.execute(
            """select l.amount, l.amount_group from ledger as l join special_cases as c
            on c.account = l.account and c.object_id = l.order_id
            where c."case" = ? and l.event_date = ? and l.kind = 'sale'""",
            [case, day],
        ).fetchall()
        assert found
        for amount, group in found:
            assert group == (amount * rate).quantize(CENTI, ROUND_HALF_UP)


def test_a_full_reversal_months_later_nets_to_nothing_and_the_gap_is_a_row(
    con: duckdb.DuckDBPyConnection,
):
    rows = con.execute(
        """select l.kind, l.event_date, l.amount, l.amount_group from ledger as l join special_cases as c
        on c.account = l.account and c.object_id = l.order_id where c."case" = 'late_refund'"""
    ).fetchall()
    assert sum(group for kind, _, _, group in rows if kind != "fx_difference") == 0
    gaps = [row for row in rows if row[0] == "fx_difference"]
    assert gaps
    assert {row[1] for row in gaps} == {date(2026, 6, 9)}
    assert all(amount == 0 and group != 0 for _, _, amount, group in gaps)


def test_the_german_shop_has_no_rate_gaps(con: duckdb.DuckDBPyConnection):
    assert con.execute(
        """select count(*) from ledger where account = 'nordlicht-de'
        and (kind = 'fx_difference' or amount <> amount_group)"""
    ).fetchall() == [(0,)]


def test_local_dates_decide_the_month(con: duckdb.DuckDBPyConnection):
    found = dict(
        con.execute(
            """select c."case", min(l.posting_period) from ledger as l join special_cases as c
            on c.account = l.account and c.object_id = l.order_id
            where c."case" like 'local_day_boundary%' group by 1"""
        ).fetchall()
    )
    assert found == {
        "local_day_boundary_de": date(2026, 9, 1),
        "local_day_boundary_world": date(2026, 8, 1),
        "local_day_boundary_jp": date(2026, 9, 1),
    }


def test_every_record_of_the_shops_belongs_to_one_person(con: duckdb.DuckDBPyConnection):
    records = """
        select _shop as account, split_part("id", '/', 5) as source_id from shopify."Customer"
        union all
        select _shop, 'order:' || split_part("id", '/', 5) from shopify."Order"
        where customer is null and not test"""
    assert con.execute(
        f"""select count(*), count(r.person_id), count(distinct (r.account, r.source_id))
        from ({records}) as v full join person_records as r using (account, source_id)"""
    ).fetchall()[0] == (
        *(con.execute("select count(*), count(*), count(*) from person_records").fetchall()[0]),
    )
    assert con.execute(
        "select count(*) from person_records anti join persons using (person_id)"
    ).fetchall() == [(0,)]


def test_an_address_has_one_cluster_a_cluster_one_person_a_person_one_main_cluster(
    con: duckdb.DuckDBPyConnection,
):
    """Plus tags at known providers, capitals, Gmail's dots and its other domain; nothing else."""
    con.execute(
        r"""create or replace temp macro own(a) as case
            when split_part(lower(a), '@', 2) in ('gmail.com', 'googlemail.com')
                then replace(split_part(split_part(lower(a), '@', 1), '+', 1), '.', '') || '@gmail.com'
            when split_part(lower(a), '@', 2) in ('outlook.com', 'hotmail.com', 'icloud.com', 'proton.me')
                then split_part(split_part(lower(a), '@', 1), '+', 1) || '@' || split_part(lower(a), '@', 2)
            else lower(a) end"""
    )
    rows = con.execute(
        """with addresses as (
            select _shop as account, split_part("id", '/', 5) as source_id,
                "defaultEmailAddress"."emailAddress" as email from shopify."Customer"
            union all
            select _shop, 'order:' || split_part("id", '/', 5), email from shopify."Order" where customer is null)
        select r.person_id, own(a.email) as address, r.linkable, r.note, r.cluster_id
        from addresses as a join person_records as r using (account, source_id)"""
    ).fetchall()
    shared = {"role address shared by strangers", "one address on many records"}
    own = [
        row for row in rows if row[1] and row[3] not in {*shared, "own address on too many records"}
    ]
    clusters = {(address, cluster) for _, address, _, _, cluster in own}
    assert len(clusters) == len({address for address, _ in clusters})
    persons = {(cluster, person) for person, *_, cluster in rows}
    assert len(persons) == len({cluster for cluster, _ in persons})
    linked = {(person, cluster) for person, _, linkable, _, cluster in rows if linkable}
    assert len(linked) == len({person for person, _ in linked})
    assert sum(note == "one address on many records" for *_, note, _ in rows) == 24
