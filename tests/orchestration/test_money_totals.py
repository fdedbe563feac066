"""What an asset says of the money in its table: by column and currency, never across."""

from decimal import Decimal
from pathlib import Path

import duckdb

from ingestion.sources import shopify
from orchestration import money_totals


def rows(money: dict) -> list[tuple]:
    return [tuple(record.data.values()) for record in money["money"].records] if money else []


def test_own_and_group_money_stand_apart():
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute(
            """create table marts.orders as select * from (values
                ('EUR', 10.5::decimal(38,4), 10.5::decimal(38,4), 3::decimal(38,4)),
                ('JPY', 1000::decimal(38,4), 6::decimal(38,4), 4::decimal(38,4)),
                ('JPY', 500::decimal(38,4), null, 5::decimal(38,4)))
            as t(currency, net_sales_amount, net_sales_amount_group, net_sales_amount_presentment)"""
        )
        found = money_totals.of_table(con, "marts", "orders", "EUR")
    assert rows(found) == [
        ("net_sales_amount", "EUR", str(Decimal("10.5000"))),
        ("net_sales_amount", "JPY", str(Decimal("1500.0000"))),
        ("net_sales_amount_group", "EUR", str(Decimal("16.5000"))),
    ]


def test_a_table_without_money_says_nothing():
    with duckdb.connect() as con:
        con.execute("create schema marts; create table marts.id_map as select 'a' as customer_key")
        assert money_totals.of_table(con, "marts", "id_map", "EUR") == {}


def test_a_load_says_the_headline_money_of_what_it_brought(tmp_path: Path):
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema raw_shopify")
        for table in shopify.TABLES:
            columns = ", ".join(f'"{name}" {type_.name}' for name, type_ in table.schema.items())
            con.execute(f"create table raw_shopify.{table.name} ({columns}, _dlt_load_id text)")
        con.execute(
            """insert into raw_shopify.orders by name select * from (values
                ('1', 'EUR', 2.5::decimal(38,4)), ('1', 'EUR', 3), ('0', 'EUR', 100))
            as t(_dlt_load_id, total_price_set__shop_money__currency_code, total_price_set__shop_money__amount)"""
        )
    found = money_totals.of_loads(warehouse, "shopify", ["1"])
    assert rows(found["orders"]) == [("totalPriceSet.shopMoney.amount", "EUR", "5.5000")]
    assert "products" not in found
