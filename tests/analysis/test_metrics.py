"""Metrics evaluated from the project's own definitions over marts small enough to add up by hand."""

import copy
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from analysis import metric_definitions, metrics
from analysis.metric_formulas import MetricError
from orchestration import dbt_run

PASSED = {"marts.revenue_daily": "passed", "marts.customer_ltv": "warning"}


@pytest.fixture(scope="module")
def semantics() -> dict[str, Any]:
    return dbt_run.semantic_manifest()


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute(
            """create table marts.revenue_daily as
            select account, legal_entity, day as "date", currency,
                cast(gross as decimal(38, 4)) as gross_sales_amount,
                cast(back as decimal(38, 4)) as returns_amount,
                cast(0.5 as decimal(38, 4)) as discounts_amount,
                cast(gross * rate as decimal(38, 4)) as gross_sales_amount_group,
                cast(back * rate as decimal(38, 4)) as returns_amount_group,
                cast(0.5 * rate as decimal(38, 4)) as discounts_amount_group,
                cast(orders as bigint) as orders_count, 3::bigint as ledger_rows_count,
                cast(3 - unconverted as bigint) as converted_rows_count
            from (values
                ('de', 'gmbh', date '2026-03-30', 'EUR', 10.10, 0.00, 1.0, 1, 0),
                ('de', 'gmbh', date '2026-03-31', 'EUR', 20.00, 5.00, 1.0, 2, 0),
                ('de', 'gmbh', date '2026-04-01', 'EUR', 40.00, 0.00, 1.0, 0, 0),
                ('jp', 'kk', date '2026-03-31', 'JPY', 1000.00, 0.00, 0.006, 1, 1)
            ) as t(account, legal_entity, day, currency, gross, back, rate, orders, unconverted)"""
        )
        for name in ("shipping", "duties", "fees", "tax", "tips", "gift_cards_sold"):
            con.execute(
                f"alter table marts.revenue_daily add column {name}_amount_group decimal(38, 4) default 0"
            )
        con.execute(
            """create table marts.customer_ltv as
            select key as customer_key, account as first_account, known as is_identified,
                date '2026-03-01' as cohort_month, cast(ltv as decimal(38, 4)) as ltv_amount_group,
                case when ltv = 30 then cast(12 as decimal(38, 4)) end as ltv_margin_amount_group,
                case when ltv = 30 then 0 else 1 end::bigint as unvalued_orders_count,
                0::bigint as unconverted_rows_count, ltv = 30 as is_mature_30, false as is_mature_90,
                false as is_mature_180, false as is_mature_365,
                case when ltv = 30 then cast(20 as decimal(38, 4)) end as ltv_30_amount_group,
                cast(null as decimal(38, 4)) as ltv_90_amount_group,
                cast(null as decimal(38, 4)) as ltv_180_amount_group,
                cast(null as decimal(38, 4)) as ltv_365_amount_group
            from (values ('a', 'de', true, 30), ('b', 'de', true, 10), ('c', 'jp', false, 5))
                as t(key, account, known, ltv)"""
        )
        con.execute(
            """create table marts.order_margins as
            select account, legal_entity, date '2026-03-31' as order_date,
                cast(net as decimal(38, 4)) as net_sales_amount_group,
                cast(margin as decimal(38, 4)) as margin_amount_group,
                cast(cogs as decimal(38, 4)) as cogs_amount_group,
                cast(1 as decimal(38, 4)) as psp_fee_amount_group,
                cast(2 as decimal(38, 4)) as shipping_cost_amount_group,
                cast(0 as decimal(38, 4)) as lost_dispute_amount_group,
                cast(0 as decimal(38, 4)) as provision_amount_group
            from (values ('de', 'gmbh', 20, 12, 5), ('de', 'gmbh', 30, 15, 12), ('de', 'gmbh', 9, null, null))
                as t(account, legal_entity, net, margin, cogs)"""
        )
        yield con


@pytest.fixture(scope="module")
def values(marts: duckdb.DuckDBPyConnection, semantics: dict[str, Any]) -> dict[tuple, dict]:
    found = metrics.evaluate(semantics, marts, "EUR", PASSED).to_pylist()
    return {
        (v["metric"], v["grain"], v["period_start"], v["dimension_value"], v["currency"]): v
        for v in found
    }


MARCH = date(2026, 3, 1)


def value(values: dict, metric: str, of: str = "all", currency: str | None = "EUR") -> Any:
    return values[metric, "month", MARCH, of, currency]["value"]


def test_sums_are_exact_and_by_local_month(values: dict):
    # 30.10 and 1,000 yen at 0.006, less discounts of 2 x 0.50 EUR and 0.50 JPY, less 5.00 returned.
    assert value(values, "gross_sales") == Decimal("36.1000")
    assert value(values, "discounts") == Decimal("1.0030")
    assert value(values, "net_sales") == Decimal("30.0970")
    assert value(values, "net_sales", "de") == Decimal("24.1000")
    assert value(values, "net_sales", "kk") == Decimal("5.9970")
    april = values["net_sales", "month", date(2026, 4, 1), "all", "EUR"]
    assert april["value"] == Decimal("39.5000")


def test_own_currencies_are_never_summed(values: dict):
    assert value(values, "net_sales_native", "all", "JPY") == Decimal("999.5000")
    assert value(values, "net_sales_native", "all", "EUR") == Decimal("24.1000")
    assert ("net_sales_native", "month", MARCH, "all", None) not in values


def test_a_ratio_is_of_its_own_period_divided_exactly(values: dict):
    assert value(values, "average_order_value") == Decimal("7.5243")  # 30.0970 / 4 = 7.52425
    assert value(values, "return_rate", currency=None) == Decimal("0.1425")  # 5 / 35.097


def test_nothing_to_divide_by_is_absent_and_not_zero(values: dict):
    april = values["average_order_value", "month", date(2026, 4, 1), "all", "EUR"]
    assert april["value"] is None


def test_counts_have_no_currency(values: dict):
    assert value(values, "orders", currency=None) == 4


def test_a_share_is_rounded_down_so_that_one_means_all(values: dict):
    assert values["net_sales", "month", MARCH, "all", "EUR"]["coverage"] == Decimal("0.888888")
    assert values["net_sales", "month", MARCH, "de", "EUR"]["coverage"] == 1


def test_filters_hold_beside_metrics_without_one(values: dict):
    assert value(values, "customers", currency=None) == 2
    assert value(values, "unidentified_customers", currency=None) == 1
    assert value(values, "first_orderers", currency=None) == 3
    assert value(values, "ltv") == 40
    assert value(values, "ltv_unidentified") == 5
    assert value(values, "ltv_per_customer") == 20
    assert value(values, "customers", "jp", None) == 0


def test_only_mature_customers_count_for_a_horizon(values: dict):
    assert value(values, "mature_customers_30", currency=None) == 1
    assert value(values, "ltv_30_per_customer") == 20
    assert value(values, "ltv_90") is None
    assert value(values, "ltv_90_per_customer") is None


def test_only_what_has_a_margin_is_divided_by(values: dict):
    assert value(values, "contribution_margin") == 27
    assert value(values, "contribution_margin_rate", currency=None) == Decimal("0.5400")  # 27 / 50
    assert values["contribution_margin", "month", MARCH, "all", "EUR"]["coverage"] == Decimal(
        "0.666666"
    )
    assert value(values, "ltv_margin") == 12
    assert value(values, "ltv_margin_per_customer") == 12


def test_the_audits_of_a_metrics_marts_stand_beside_its_values(values: dict):
    assert values["net_sales", "month", MARCH, "all", "EUR"]["audit_status"] == "passed"
    assert values["ltv", "month", MARCH, "all", "EUR"]["audit_status"] == "warning"


def test_a_relation_nobody_asked_about_is_unaudited(values: dict):
    assert (
        values["contribution_margin", "month", MARCH, "all", "EUR"]["audit_status"] == "unaudited"
    )


def test_doubles_are_refused(marts: duckdb.DuckDBPyConnection, semantics: dict[str, Any]):
    marts.execute("begin")
    marts.execute("alter table marts.revenue_daily alter column tax_amount_group type double")
    with pytest.raises(MetricError, match="metric tax: its values come as doubles"):
        metrics.evaluate(semantics, marts, "EUR", {})
    marts.execute("rollback")


def metric(semantics: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in semantics["metrics"] if one["name"] == name)


def test_a_definition_says_its_formula_with_its_filter(semantics: dict[str, Any]):
    found = metric_definitions.read(semantics)
    assert found["net_sales"].formula == "gross_sales - discounts - returns"
    assert found["average_order_value"].formula == "net_sales / orders"
    assert found["ltv"].formula == (
        "sum(ltv_amount_group) of marts.customer_ltv where {{ Dimension('customer__is_identified') }}"
    )
    assert found["ltv"].relations == ("marts.customer_ltv",)


def test_a_signature_lapses_when_anything_under_the_metric_changes(semantics: dict[str, Any]):
    signed = copy.deepcopy(semantics)
    mark = metric_definitions.read(signed)["net_sales"].fingerprint
    approval = {"by": "finance-lead", "on": "2026-10-01", "fingerprint": mark}
    metric(signed, "net_sales")["config"]["meta"]["approvals"] = [approval]
    row = _row(signed, "net_sales")
    assert (row["approval_status"], row["approved_by"]) == ("approved", "finance-lead")
    metric(signed, "gross_sales")["filter"] = {
        "where_filters": [{"where_sql_template": "{{ Dimension('revenue_day__account') }} <> 'jp'"}]
    }
    row = _row(signed, "net_sales")
    assert (row["approval_status"], row["approved_by"]) == ("lapsed", None)
    assert _row(signed, "orders")["approval_status"] == "draft"


def _row(semantics: dict[str, Any], name: str) -> dict[str, Any]:
    rows = metric_definitions.table(metric_definitions.read(semantics)).to_pylist()
    return next(row for row in rows if row["metric"] == name)


@pytest.mark.parametrize("missing", ["owner", "version", "effective_from", "money", "grains"])
def test_what_meta_lacks_is_named(semantics: dict[str, Any], missing: str):
    lacking = copy.deepcopy(semantics)
    del metric(lacking, "tips")["config"]["meta"][missing]
    with pytest.raises(MetricError, match=rf"metric tips: config\.meta lacks {missing}"):
        metric_definitions.read(lacking)


def test_an_input_with_a_filter_of_its_own_is_refused(semantics: dict[str, Any]):
    odd = copy.deepcopy(semantics)
    metric(odd, "return_rate")["type_params"]["numerator"]["filter"] = {"where_filters": []}
    metric(odd, "return_rate")["type_params"]["numerator"]["offset_window"] = "1 month"
    with pytest.raises(MetricError, match="its input returns has a filter or an offset"):
        metric_definitions.read(odd)


def test_every_ratio_and_coverage_names_metrics_of_its_own_model(semantics: dict[str, Any]):
    found = metric_definitions.read(semantics)
    for one in found.values():
        for used in (*one.inputs, *([one.coverage] if one.coverage else [])):
            assert found[used].model == one.model, (one.name, used)
            assert set(one.grains) <= set(found[used].grains), (one.name, used)
