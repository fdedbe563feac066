"""The tiny group of :mod:`tests.expectations.tiny_rows`, written as a warehouse of marts.

The tables take their columns from dbt's contracts, so a renamed column breaks these tests at once.
"""

from pathlib import Path
from typing import Any

import duckdb
import yaml

from analysis import metric_definitions, metrics
from orchestration import dbt_run
from tests.expectations import tiny_rows

ROOT = Path(__file__).parents[2]
_OTHER_TABLES = """
    create schema raw_group; create schema staging; create schema intermediate;
    create table raw_group.run_context (
        as_of timestamp, group_name varchar, group_currency varchar, group_zone varchar);
    create table staging.stg_shopify__orders (
        account varchar, order_id varchar, current_total_price_amount decimal(38, 4),
        total_tax_amount decimal(38, 4), is_test boolean);
    create table staging.stg_shopify__draft_orders (
        account varchar, draft_order_id varchar, order_id varchar);
    create table intermediate.int_sales__classified (
        account varchar, order_id varchar, sale_id varchar, agreement_type varchar);
    create table staging.stg_shopify__customers (
        system varchar, account varchar, customer_id varchar);
    create table intermediate.int_identity_nodes__unioned (
        system varchar, account varchar, source_id varchar, node_kind varchar,
        email_normalized varchar, is_role_address boolean, is_disposable_address boolean,
        full_name varchar, is_b2b boolean, gone_at timestamp, has_malformed_email boolean);
    create table intermediate.int_company_nodes__unioned (
        system varchar, account varchar, source_id varchar, first_seen_at timestamp);
    create table intermediate.int_identity_links__unioned (
        system varchar, account varchar, source_id varchar, linked_system varchar,
        linked_account varchar, linked_source_id varchar, rule varchar, evidence varchar,
        valid_from timestamp, refusal varchar);
    create table intermediate.int_psp_charges__unioned (system varchar, account varchar, charge_id varchar);
    create table intermediate.int_psp_entries__unioned (
        system varchar, account varchar, entry_id varchar, vendor_type varchar);
    create table intermediate.int_object_counts__compared (
        system varchar, account varchar, stream varchar, counted_count bigint, held_count bigint,
        asked_at timestamp);
    create table staging.stg_stripe__charges (account varchar, charge_id varchar, is_test boolean);
    create table staging.stg_aftership__trackings (
        account varchar, tracking_id varchar, carrier varchar, created_at timestamp, updated_at timestamp);
"""


def models() -> dict[str, dict[str, str]]:
    """Each public mart's columns and types, as dbt's contracts have them."""
    found = {}
    for folder in ("marts", "marts_pii"):
        for path in sorted((ROOT / "dbt_project" / "models" / folder).rglob("*.yml")):
            for model in yaml.safe_load(path.read_text()).get("models", []):
                columns = {c["name"]: c["data_type"] for c in model["columns"]}
                found[f"{folder}.{model['name']}"] = columns
    return found


def build(path: Path) -> Path:
    """A warehouse in which every audit passes."""
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts; create schema marts_pii;" + _OTHER_TABLES)
        for relation, columns in models().items():
            listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            con.execute(f"create table {relation} ({listed})")
        for relation, rows in tiny_rows.every_table().items():
            for row in rows:
                insert(con, relation, **row)
        con.execute(
            "insert into marts.time_spine (date_day) select unnest(generate_series("
            "date '2026-01-01', date '2026-12-31', interval 1 day))"
        )
        _measure(con)
    return path


def _measure(con: duckdb.DuckDBPyConnection) -> None:
    """The metrics of these very marts, computed as the line computes them."""
    semantics = dbt_run.semantic_manifest()
    audited = {"marts.revenue_daily": "passed", "marts.customer_ltv": "passed"}
    for table, rows in {
        "metric_values": metrics.evaluate(semantics, con, "EUR", audited),
        "metric_definitions": metric_definitions.table(metric_definitions.read(semantics)),
    }.items():
        con.register("measured", rows)
        con.execute(f"insert into marts.{table} by name from measured")
        con.unregister("measured")


def insert(con: duckdb.DuckDBPyConnection, relation: str, **row: Any) -> None:
    """One row; money and flags that aren't said are 0 and false, as the marts would have them."""
    said = _defaults(con, relation) | row
    names = ", ".join(f'"{name}"' for name in said)
    marks = ", ".join("?" for _ in said)
    con.execute(f"insert into {relation} ({names}) values ({marks})", list(said.values()))


def _defaults(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, Any]:
    if relation == "marts.revenue_ledger":
        return {}
    columns = con.execute(f"describe {relation}").fetchall()
    money = {name: 0 for name, *_ in columns if "amount" in name}
    counts = {name: 0 for name, kind, *_ in columns if name.endswith("_count") and kind == "BIGINT"}
    flags = {name: False for name, kind, *_ in columns if kind == "BOOLEAN"}
    return money | counts | flags
