"""``marts.order_lines``: do the lines carry the money that the ledger books on lines?"""

from typing import Any

from expectations.definitions import components, differences
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.order_lines"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "lines_equal_the_ledger",
            f"""
            with ledger as (
                select account, order_id, line_id, {components(whole=True)}
                from marts.revenue_ledger
                where line_id is not null
                group by account, order_id, line_id
            ),
            compared as (
                select
                    coalesce(batch.account, ledger.account) as account,
                    coalesce(batch.order_id, ledger.order_id) as order_id,
                    coalesce(batch.line_id, ledger.line_id) as line_id,
                    {differences("batch", "ledger")} as differences
                from batch
                full join ledger
                    on batch.account = ledger.account
                    and batch.order_id = ledger.order_id
                    and batch.line_id = ledger.line_id
            )
            select account, order_id, line_id, differences from compared where differences <> ''
            """,
            severity="critical",
            expected="difference 0 for every line, in shop and in group currency",
            notes="Product reports read lines, finance reads the ledger; they must be one number.",
            next_step="list the ledger rows of the line and compare them kind by kind.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || net_sales, ', ' order by account)
                       || ' net sales on lines, difference 0'
                from (select account, currency, cast(sum(net_sales_amount) as varchar) as net_sales
                      from marts.order_lines group by account, currency)""",
        ),
        no_rows(
            "goods_sold_stand_on_lines",
            """
            select ledger.account, count(*) as ledger_rows, sum(ledger.amount) as amount
            from marts.revenue_ledger as ledger
            left join batch
                on ledger.account = batch.account
                and ledger.order_id = batch.order_id
                and ledger.line_id = batch.line_id
            where ledger.kind = 'sale' and batch.line_id is null
            group by ledger.account
            """,
            severity="critical",
            expected="a line under every sale of goods",
            notes=(
                "A sale without its line is in the order's total and in no product's; its return finds"
                " no rate to reverse at."
            ),
            next_step="see whether raw_shopify.sales has line_item__id for the account.",
            owner="data-platform",
        ),
        no_rows(
            "orders_with_goods_have_lines",
            """
            with lines as (select distinct account, order_id from batch)
            select orders.account, count(*) as orders_count, min(orders.order_name) as for_example
            from marts.orders as orders
            left join lines on orders.account = lines.account and orders.order_id = lines.order_id
            where orders.gross_sales_amount <> 0 and lines.order_id is null
            group by orders.account
            """,
            severity="critical",
            expected="at least one line on every order that sold goods",
            notes="Line items come in pages of their own; a page that was skipped shows here first.",
            next_step="load the account again and compare its line count with the shop's admin.",
            owner="data-platform",
        ),
    ]
