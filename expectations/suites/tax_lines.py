"""``marts.tax_lines``: is every tax there, named, and the shop's own?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.tax_lines"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "tax_lines_equal_the_ledger",
            """
            with lines as (
                select account, order_id, sum(tax_amount) as tax from batch group by account, order_id
            )
            select orders.account, orders.order_name, orders.tax_amount as in_orders, lines.tax as in_lines
            from marts.orders as orders
            left join lines on orders.account = lines.account and orders.order_id = lines.order_id
            where orders.tax_amount <> coalesce(lines.tax, 0)
            """,
            severity="critical",
            expected="the tax of every order, difference 0",
            notes="What is declared by country must be what was charged.",
            next_step="list the order's sales whose taxes do not add up to their tax.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || tax, ', ' order by account)
                       || ' tax, difference 0'
                from (select account, currency, cast(sum(tax_amount) as varchar) as tax
                      from marts.tax_lines group by account, currency)""",
        ),
        no_rows(
            "the_shops_own_tax_agrees",
            """
            with lines as (
                select tax_lines.account, tax_lines.order_id, sum(tax_lines.tax_amount) as tax
                from batch as tax_lines
                inner join intermediate.int_sales__classified as sales
                    on tax_lines.account = sales.account and tax_lines.order_id = sales.order_id
                    and tax_lines.sale_id = sales.sale_id
                where sales.agreement_type in ('OrderAgreement', 'OrderEditAgreement')
                group by tax_lines.account, tax_lines.order_id
            )
            select shop.account, shop.order_id, shop.total_tax_amount as shops_own, lines.tax as in_lines
            from staging.stg_shopify__orders as shop
            left join lines on shop.account = lines.account and shop.order_id = lines.order_id
            where not shop.is_test and shop.total_tax_amount <> coalesce(lines.tax, 0)
            """,
            severity="critical",
            expected="total tax before returns as the order itself states it, difference 0 for every order",
            notes="The shop states each order's tax unasked; a line that we lost or doubled shows here.",
            next_step="compare the order's taxes in the shop's admin with its rows in tax_lines.",
        ),
        no_rows(
            "every_tax_has_a_name",
            """
            select account, currency, count(*) as lines_count, sum(tax_amount) as tax
            from batch where tax_name is null group by account, currency
            """,
            severity="warning",
            expected="a name and rate on every tax",
            notes="Tax without a rate can be declared nowhere.",
            next_step="see which sales state a tax and list none: an import, or a channel that keeps its taxes to itself.",
        ),
    ]
