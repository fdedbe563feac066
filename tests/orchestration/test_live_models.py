"""What stands behind the orders, as dbt's manifest says it: a small made-up one, and the project's own."""

from orchestration import dbt_run, live_models


def node(schema: str, name: str) -> dict[str, str]:
    return {"resource_type": "model", "schema": schema, "alias": name, "name": name}


def source(schema: str, name: str) -> dict[str, str]:
    return {"schema": schema, "identifier": name}


def test_what_rests_on_touched_orders_moves_and_the_rest_is_settled():
    manifest = {
        "nodes": {
            "model.orders": node("marts", "orders"),
            "model.dated": node("intermediate", "dated"),
            "model.rates": node("intermediate", "rates"),
            "model.lines": node("marts", "order_lines"),
        },
        "sources": {
            "source.orders": source("raw_shopify", "orders"),
            "source.shops": source("raw_shopify", "shops"),
            "source.ecb": source("raw_ecb", "exchange_rates"),
            "source.lines": source("raw_shopify", "line_items"),
        },
        "parent_map": {
            "model.orders": ["model.dated", "model.rates"],
            "model.dated": ["source.orders"],
            "model.rates": ["source.ecb", "source.shops"],
            "model.lines": ["source.lines", "model.orders"],
        },
    }
    found = live_models.lineage(manifest)
    assert found.moving == ("dated", "orders")
    assert found.settled == ("rates",)
    assert found.reference == (("raw_ecb", "exchange_rates"), ("raw_shopify", "shops"))


def test_the_projects_orders_need_rates_accounts_and_keys_but_no_other_order_than_the_touched():
    found = live_models.lineage(dbt_run.manifest())
    assert {"stg_shopify__orders", "int_ledger_entries__converted", "orders"} <= {*found.moving}
    assert {"int_fx_rates__daily", "stg_group__accounts"} <= {*found.settled}
    assert {
        ("raw_ecb", "exchange_rates"),
        ("raw_group", "run_context"),
        ("raw_identity", "assignments"),
    } <= {*found.reference}
    assert not {("raw_shopify", "orders"), ("raw_shopify", "sales")} & {*found.reference}
