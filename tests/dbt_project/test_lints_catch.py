"""Each lint catches a planted offence and leaves alone what is right."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlglot.schema import MappingSchema

from tests.dbt_project import lint_grain, lint_portable, lint_project


@pytest.fixture
def orders(manifest: dict[str, Any]) -> dict[str, Any]:
    """A copy of the node of the mart ``orders``, to plant offences in."""
    return copy.deepcopy(manifest["nodes"]["model.concord.orders"])


@pytest.mark.parametrize(
    ("lint", "sql", "said"),
    [
        (lint_portable.functions_not_portable, "select median(x) as m from t", "function median"),
        (lint_portable.functions_not_portable, "select string_agg(x, ',') as m from t", "function"),
        (
            lint_portable.functions_not_portable,
            "select try_cast(x as date) as d from t",
            "try_cast",
        ),
        (lint_portable.constructs_not_portable, "select * exclude (x) from t", "list the columns"),
        (
            lint_portable.constructs_not_portable,
            "select distinct on (a) a, b from t",
            "distinct on",
        ),
        (
            lint_portable.constructs_not_portable,
            "select a, count(*) as n from t group by all",
            "group by all",
        ),
        (lint_portable.constructs_not_portable, 'select a as "A b" from t', "quoted identifier"),
        (lint_portable.constructs_not_portable, "select [1, 2] as a from t", "array literals"),
        (
            lint_portable.constructs_not_portable,
            "select payload ->> 'x' as a from t",
            "JSON operators",
        ),
        (
            lint_portable.constructs_not_portable,
            "select a from t qualify row_number() over (partition by a order by b) = 1",
            "qualify",
        ),
        (
            lint_portable.constructs_not_portable,
            "with recursive r as (select 1 as a union all select a + 1 from r) select a from r",
            "with recursive",
        ),
        (
            lint_portable.nulls_unordered,
            "select row_number() over (partition by a order by b desc) as n from t",
            "add nulls first or nulls last",
        ),
        (lint_portable.stars, "with a as (select x from t) select * from a", "lists its columns"),
        (lint_portable.handwritten, "select a::text as a from {{ ref('x') }}", "cast(x as type)"),
        (lint_portable.handwritten, "select now() as a", "run_context"),
        (lint_portable.handwritten, "select a + interval 1 day as b", "days_after"),
        (lint_grain.money_inexact, "select net_amount / 2 as half from t", "gives a double"),
        (lint_grain.money_inexact, "select avg(net_amount) as mean from t", "gives a double"),
        (lint_grain.money_inexact, "select amount * rate as converted from t", "cast again"),
        (lint_grain.money_inexact, "select cast(a as double) as a from t", "makes a float"),
        (
            lint_grain.sums_over_currencies,
            "select account, sum(case when kind = 'sale' then amount end) as a from t group by account",
            "without currency in the grain",
        ),
        (
            lint_grain.sums_over_currencies,
            "select currency, sum(net_amount_presentment) as a from t group by currency",
            "without currency_presentment",
        ),
        (
            lint_grain.keys_without_account,
            "select a.x from a join b on a.order_id = b.order_id",
            "add account",
        ),
        (
            lint_grain.keys_without_account,
            "select row_number() over (partition by sale_id order by x nulls last) as n from t",
            "add account",
        ),
        (
            lint_grain.keys_without_account,
            "select order_id, count(*) as n from t group by order_id",
            "add account",
        ),
        (
            lint_grain.keys_without_account,
            "select a.x from a join b on a.charge_id = b.charge_id",
            "add account",
        ),
    ],
)
def test_a_planted_offence_is_caught(
    lint: Callable[[str, str], Iterator[str]], sql: str, said: str
) -> None:
    (offence, *_) = [*lint(sql, "models/planted.sql")]
    assert "models/planted.sql" in offence
    assert said in offence


@pytest.mark.parametrize(
    ("lint", "sql"),
    [
        (lint_grain.sums_over_currencies, "select sum(net_amount_group) as a from t"),
        (lint_grain.sums_over_currencies, "select currency, sum(amount) as a from t group by currency"),
        (lint_grain.money_inexact, "select cast(rows / all_rows as decimal(9, 6)) as coverage from t"),
        (lint_grain.keys_without_account, "select a.x from a join b on a.customer_key = b.customer_key"),
        (lint_grain.keys_without_account, "select a.x from a join b on a.order_account = b.account and a.order_id = b.order_id"),
        (lint_grain.keys_without_account, "select sum(x) as y from a group by order_account, order_id"),
        (lint_portable.stars, "with a as (select * from s.t where b) select x from a"),
    ],
)  # fmt: skip
def test_what_is_right_raises_no_alarm(lint: Callable[[str, str], Iterator[str]], sql: str) -> None:
    assert [*lint(sql, "models/right.sql")] == []


def test_a_reused_alias_is_caught() -> None:
    schema = MappingSchema({"s": {"t": {"a": "text"}}}, dialect="duckdb")
    sql = "select a as b, b || 'x' as c from s.t"
    (offence,) = lint_portable.aliases_reused(sql, "models/planted.sql", schema)
    assert "compute it in a CTE before" in offence


def test_a_mart_without_contract_owner_or_grain_is_caught(orders: dict[str, Any]) -> None:
    orders["config"]["contract"]["enforced"] = False
    orders["config"]["meta"] = {}
    orders["description"] = "Orders."
    orders["columns"]["status"]["description"] = ""
    offences = " ".join(lint_project.undocumented(orders))
    for said in ("contract", "owner", "One row per", "column status"):
        assert said in offences


def test_a_mart_with_money_as_double_is_caught(orders: dict[str, Any]) -> None:
    orders["columns"]["net_sales_amount"]["data_type"] = "double"
    orders["columns"]["status"]["data_type"] = "varchar"
    offences = [*lint_project.types_not_portable(orders)]
    assert len(offences) == 3
    assert "column net_sales_amount is double; money is decimal(38,4)" in " ".join(offences)


def test_a_mart_whose_key_nobody_tests_is_caught(manifest: dict[str, Any]) -> None:
    nodes = {
        name: node
        for name, node in manifest["nodes"].items()
        if not name.startswith("test.concord.unique_key_orders_")
    }
    (offence,) = lint_project.keys_untested({"nodes": nodes})
    assert "add unique_key" in offence


def test_a_key_test_without_account_is_caught(manifest: dict[str, Any]) -> None:
    planted = copy.deepcopy(manifest)
    for node in planted["nodes"].values():
        if node["resource_type"] == "test" and node["name"].startswith("unique_key_orders_"):
            node["test_metadata"]["kwargs"]["columns"] = ["order_id"]
    (offence,) = lint_project.tests_without_account(planted)
    assert "add account" in offence


def test_a_source_apart_from_what_is_landed_is_caught() -> None:
    landed = {("raw_x", "a"): {"id": "string", "paid": "decimal(38,4)"}, ("raw_x", "b"): {}}
    declared = {("raw_x", "a"): {"id": "string", "paid": "double"}, ("raw_x", "c"): {}}
    offences = " ".join(lint_project.columns_apart(landed, declared))
    assert "raw_x.a.paid: landed as decimal(38,4), declared as double" in offences
    assert "raw_x.b is landed but no dbt source" in offences
    assert "raw_x.c is a dbt source but nobody lands it" in offences
