"""Closing a month: what is frozen, what refuses it, in which order; on marts made by hand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from analysis import closing
from analysis.closing import ClosingError
from orchestration import cli, close_log
from orchestration.close_checks import Month

GMBH = "nordlicht-gmbh"
JULY, AUGUST, SEPTEMBER = (Month(GMBH, date(2026, month, 1)) for month in (7, 8, 9))
MARTS = f"""
    create schema raw_group; create schema marts; create schema intermediate;
    create table raw_group.run_context as select timestamp '2026-10-15 06:00' as as_of;
    create table marts.accounts as from (values
        ('shopify', 'de', '{GMBH}', 'Europe/Berlin', 'EUR'), ('stripe', 'pay', '{GMBH}', 'Europe/Berlin', 'EUR'),
        ('shopify', 'jp', 'nordlicht-kk', 'Asia/Tokyo', 'JPY')) as t(system, account, legal_entity, zone, currency);
    create table marts.load_completeness as
        select system, account, legal_entity, 'all' as stream, 'complete' as status,
            timestamp '2026-10-15 06:00' as window_end, timestamp '2026-10-15 06:00' as checked_at from marts.accounts;
    create table marts.fx_rates as from (values
        ('identity:EUR', 'EUR', 'EUR', 1::decimal(18, 10), 'identity', 'approved'),
        ('usd', 'USD', 'EUR', 0.8::decimal(18, 10), 'ecb', 'approved'))
        as t(rate_id, from_currency, to_currency, rate, source, status);
    create table marts.revenue_ledger as
        select 'de' as account, '{GMBH}' as legal_entity, 'l' || month || currency as ledger_id, 'o' || month as order_id,
            'sale' as kind, make_date(2026, month, 2) as event_date, currency, 100::decimal(38, 4) as amount,
            (case when currency = 'EUR' then 100 else 80 end)::decimal(38, 4) as amount_group,
            case when currency = 'EUR' then 'identity:EUR' else 'usd' end as rate_id
        from (values (7), (8), (9)) as m(month), (values ('EUR'), ('USD')) as c(currency);
    insert into marts.revenue_ledger select * replace ('jp' as account, 'nordlicht-kk' as legal_entity)
        from marts.revenue_ledger where ledger_id = 'l7EUR';
    create table marts.orders as select distinct account, legal_entity, order_id, event_date as order_date,
        'EUR' as currency, order_id = 'o8' as is_test from marts.revenue_ledger;
    create table marts.payouts (system varchar, account varchar, legal_entity varchar, payout_id varchar,
        residual_amount decimal(38, 4), currency varchar, balance_currency varchar, created_at timestamp);
    create table marts.reconciliation (leg varchar, system varchar, account varchar, legal_entity varchar,
        state varchar, amount decimal(38, 4), currency varchar, occurred_at timestamp);
    create table marts.metric_definitions as select 'net_sales' as metric, 'f' as fingerprint;
    create table marts.metric_values as
        select 'net_sales' as metric, 1::bigint as version, 'current' as basis, make_date(2026, month, 1) as period_start,
            'month' as grain, 'legal_entity' as dimension, '{GMBH}' as dimension_value, 'EUR' as currency,
            180::decimal(38, 4) as value, 1::decimal(9, 6) as coverage, 'passed' as audit_status
        from (values (7), (8), (9)) as m(month);
    create table intermediate.closing_tolerances as from (values
        ('payout_residual', 'EUR', 50::decimal(38, 4), date '2025-01-01', null::date),
        ('unknown', 'EUR', 50::decimal(38, 4), date '2025-01-01', null::date))
        as t(what, currency, amount, valid_from, valid_to)"""


@dataclass
class Books:
    path: Path

    def do(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.path)) as con:
            return con.execute(sql).fetchall()

    def close(self, month: Month) -> close_log.Closed:
        return close_log.close(self.path, month, "finance-lead", None, "run 1", ["net_sales"])

    def refused(self, month: Month) -> str:
        with pytest.raises(ClosingError) as refusal:
            self.close(month)
        return str(refusal.value)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(MARTS)
    return Books(path)


def test_a_close_freezes_the_months_rows_orders_and_values(books: Books):
    closed = books.close(JULY)
    assert closed == close_log.Closed(1, rows_count=3, values_count=1, net_sales="180.00 EUR")
    assert books.do(
        "select row_id, amount_group, rate from raw_closing.frozen_rows order by 1"
    ) == [
        ("l7EUR", Decimal(100), Decimal(1)),
        ("l7USD", Decimal(80), Decimal("0.8")),
        ("order:o7:placed", Decimal(0), None),
    ]
    with duckdb.connect(str(books.path)) as con:
        closing.verify(con)


def test_months_close_in_order_and_once(books: Books):
    books.close(AUGUST)
    assert "the first closed month is 2026-08" in books.refused(JULY)
    assert "is closed, version 1" in books.refused(AUGUST)
    books.close(SEPTEMBER)
    close_log.reopen(books.path, AUGUST, "finance-lead", "late invoice")
    with pytest.raises(ClosingError, match="isn't closed, so there is nothing to reopen"):
        close_log.reopen(books.path, AUGUST, "finance-lead", "again")
    assert books.close(AUGUST).version == 2
    actions = books.do("select action, period, version from raw_closing.closes order by decided_at")
    assert [(action, period.month, version) for action, period, version in actions] == [
        ("close", 8, 1),
        ("close", 9, 1),
        ("reopen", 8, 1),
        ("close", 8, 2),
    ]


def test_a_gap_must_be_closed_first(books: Books):
    books.close(JULY)
    assert "2026-08 is open; months close in order" in books.refused(SEPTEMBER)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (
            "update raw_group.run_context set as_of = timestamp '2026-07-31 21:59'",
            "its days aren't over: shopify de was loaded on its 2026-07-31",
        ),
        (
            "update marts.load_completeness set status = 'failed' where account = 'pay'",
            "stripe pay all: the last load is failed until 2026-10-15 06:00 UTC; load it again: concord load stripe",
        ),
        (
            "update marts.load_completeness set window_end = timestamp '2026-07-31 21:59' where account = 'de'",
            "shopify de all: the last load is complete until 2026-07-31 21:59 UTC",
        ),
        (
            "delete from marts.load_completeness where account = 'de'",
            "shopify de all streams: the last load is missing",
        ),
        (
            "update marts.revenue_ledger set amount_group = null where ledger_id = 'l7USD'",
            "no rate for USD: 1 ledger rows of 2026-07-02 to 2026-07-02, 100.00 USD, have no group amount",
        ),
        (
            "update marts.fx_rates set status = 'provisional', source = 'treasury' where rate_id = 'usd'",
            "1 rates USD->EUR of treasury aren't approved by anybody but their author (usd)",
        ),
        (
            """insert into marts.payouts values
            ('stripe', 'pay', 'nordlicht-gmbh', 'po_1', -30, 'EUR', 'EUR', timestamp '2026-07-20'),
            ('stripe', 'pay', 'nordlicht-gmbh', 'po_2', 20.01, 'EUR', 'EUR', timestamp '2026-07-21')""",
            "payouts don't tie: 50.01 EUR that no list shows, tolerated are 50.00 (stripe po_1, stripe po_2)",
        ),
        (
            """insert into marts.reconciliation values
            ('order_psp', 'shopify', 'de', 'nordlicht-gmbh', 'unknown', -1, 'USD', timestamp '2026-07-20')""",
            "1 rows of order_psp are unknown, 1.00 USD, tolerated are 0.00",
        ),
        ("drop table marts.reconciliation", "there is no mart reconciliation"),
    ],
)
def test_what_is_open_is_named_with_the_next_step(books: Books, spoiled: str, said: str):
    books.do(spoiled)
    refusal = books.refused(JULY)
    assert f"{JULY} can't be closed:" in refusal
    assert said in refusal
    assert books.do("select count(*) from raw_closing.closes") == [(0,)]


def test_what_is_within_tolerance_or_of_another_month_or_entity_refuses_nothing(books: Books):
    books.do(
        """insert into marts.payouts values
            ('stripe', 'pay', 'nordlicht-gmbh', 'po_1', 50, 'EUR', 'EUR', timestamp '2026-07-20'),
            ('stripe', 'pay', 'nordlicht-gmbh', 'po_2', 500, 'EUR', 'EUR', timestamp '2026-07-31 22:00');
        insert into marts.reconciliation values
            ('order_psp', 'shopify', 'de', 'nordlicht-gmbh', 'unknown', 50, 'EUR', timestamp '2026-07-20'),
            ('order_psp', 'shopify', 'jp', 'nordlicht-kk', 'unknown', 900, 'JPY', timestamp '2026-07-20'),
            ('order_psp', 'shopify', 'de', 'nordlicht-gmbh', 'timing', 900, 'EUR', timestamp '2026-07-20')"""
    )
    assert books.close(JULY).version == 1


def test_an_entity_that_sells_nothing_is_a_spelling_mistake(books: Books):
    assert "there are nordlicht-gmbh, nordlicht-kk" in books.refused(
        Month("nordlicht", date(2026, 7, 1))
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "nothing is published yet"),
        ({"verdict": "withheld", "run_id": "1"}, "the last run was withheld"),
    ],
)
def test_only_published_figures_are_closed(status: dict[str, object] | None, said: str):
    with pytest.raises(ClosingError, match=said):
        close_log.published_run(status)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--reopen"], "why is it reopened?"),
        (["--by", "ada@example.com"], "no e-mail address"),
        ([], "no warehouse yet"),
    ],
)
def test_the_command_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
):
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "none.duckdb"))
    ran = CliRunner().invoke(cli.app, ["close", GMBH, "2026-07", *options])
    assert ran.exit_code == 1
    assert said in ran.output
