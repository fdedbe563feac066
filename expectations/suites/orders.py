"""``marts.orders``: is every order there, and is its money the ledger's?"""

from typing import Any

from expectations.definitions import AS_OF, components, differences
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.orders"
OWNER = "finance-analytics"

# Shopify's OrderDisplayFinancialStatus.
_FINANCIAL_STATUSES = (
    "authorized",
    "expired",
    "paid",
    "partially_paid",
    "partially_refunded",
    "pending",
    "refunded",
    "voided",
)

# Cash rounding stands apart in Shopify's totals; an authorisation that was voided keeps its total there.
_COMPARED = """
    select
        orders.account, orders.currency, shop.current_total_price_amount as shop_total,
        orders.amount_due - orders.rounding_amount - shop.current_total_price_amount as difference
    from marts.orders as orders
    inner join staging.stg_shopify__orders as shop
        on orders.account = shop.account and orders.order_id = shop.order_id
    where not orders.is_test and orders.status not in ('cancelled', 'voided')
        and shop.current_total_price_amount is not null"""


def suite() -> list[Any]:
    return [volume(RELATION), no_direct_identifier(RELATION), *_money(), *_completeness()]


def _money() -> list[Any]:
    return [
        no_rows(
            "orders_equal_the_ledger",
            f"""
            with ledger as (
                select account, order_id, {components(whole=True)}
                from marts.revenue_ledger
                group by account, order_id
            ),
            compared as (
                select
                    coalesce(batch.account, ledger.account) as account,
                    coalesce(batch.order_id, ledger.order_id) as order_id,
                    {differences("batch", "ledger")} as differences
                from batch
                full join ledger on batch.account = ledger.account and batch.order_id = ledger.order_id
            )
            select account, order_id, differences from compared where differences <> ''
            """,
            severity="critical",
            expected="difference 0 for every order, in shop and in group currency",
            notes="Two answers to what an order is worth: nobody then trusts either.",
            next_step="take one order, list its ledger rows, and see which kind the order leaves out.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || net_sales, ', ' order by account)
                       || ' net sales, difference 0'
                from (select account, currency, cast(sum(net_sales_amount) as varchar) as net_sales
                      from marts.orders group by account, currency)""",
        ),
        no_rows(
            "the_shops_own_totals_agree",
            f"""
            with compared as ({_COMPARED}),
            counted as (
                select
                    account, currency, count(*) filter (where difference <> 0) as differing_count,
                    count(*) as orders_count, sum(difference) as difference, sum(shop_total) as shop_total
                from compared
                group by account, currency
            )
            select account, currency, differing_count, orders_count, difference
            from counted
            where differing_count > 0.01 * orders_count or abs(difference) > 0.001 * abs(shop_total)
            """,
            severity="warning",
            expected="the current total of the order itself, but for 1 order in 100 and 0.1 % of the money",
            notes="The ledger is summed from sales; the shop states each order's total as well, unasked.",
            next_step="list the orders of int_orders__dated whose total differs; is a kind of sale missing?",
            measure=f"""
                select count(*) filter (where difference = 0) || ' of ' || count(*) || ' orders agree'
                from ({_COMPARED}) as compared""",
        ),
        no_rows(
            "no_sale_of_unknown_type",
            """
            select account, order_name, unknown_sales_count from batch where unknown_sales_count > 0
            order by account, order_id
            """,
            severity="critical",
            expected="0 sales of a line or action type without a rule",
            notes="A sale that no rule books is revenue that is missing from every total.",
            next_step="decide its ledger kind with finance and add it to int_sales__classified.",
        ),
        no_rows(
            "test_orders_carry_no_money",
            """
            select account, order_name, amount_due
            from batch
            where is_test and (amount_due <> 0 or gross_sales_amount <> 0 or net_sales_amount <> 0)
            """,
            severity="critical",
            expected="0 on every test order",
            notes="Staff try the checkout out; their orders are nobody's revenue.",
            next_step="see why the ledger has rows for the order: test orders are left out of it.",
        ),
    ]


def _completeness() -> list[Any]:
    known = ", ".join(f"'{status}'" for status in _FINANCIAL_STATUSES)
    return [
        no_rows(
            "no_order_lost_on_the_way",
            """
            with loaded as (
                select account, count(*) as orders_count from staging.stg_shopify__orders group by account
            ),
            kept as (
                select account, count(*) as orders_count from batch where system = 'shopify' group by account
            )
            select loaded.account, loaded.orders_count as loaded_count, kept.orders_count as kept_count
            from loaded
            left join kept on loaded.account = kept.account
            where loaded.orders_count is distinct from kept.orders_count
            """,
            severity="critical",
            expected="as many orders as the shops sent",
            notes="A join that drops orders lowers revenue without an error.",
            next_step="compare the order ids of staging and mart for the account.",
        ),
        no_rows(
            "every_order_has_a_customer",
            """
            select account, count(*) as orders_count, min(order_name) as for_example
            from batch where customer_key is null and not is_test group by account
            """,
            severity="critical",
            expected="a customer_key on every order that isn't a test; a guest's checkout has its own",
            notes="Orders without a customer vanish from LTV and cohorts.",
            next_step="see whether identity ran after the load: its asset is raw_identity/assignments.",
            owner="customer-analytics",
        ),
        no_rows(
            "financial_status_is_known",
            f"""
            select account, financial_status, count(*) as orders_count
            from batch
            where financial_status is not null and lower(financial_status) not in ({known})
            group by account, financial_status
            """,
            severity="warning",
            expected="a status that the shop's API documents",
            notes="A new status may mean that orders are cancelled or held in a way nobody booked yet.",
            next_step="read the API's release notes; decide whether the order still counts.",
        ),
        no_rows(
            "no_shop_fell_silent",
            f"""
            with busy as (
                select account, max(processed_at) as last_order_at
                from batch
                where not is_test and processed_at > {AS_OF} - interval 90 day
                group by account
                having count(*) >= 90
            )
            select account, last_order_at from busy where last_order_at < {AS_OF} - interval 3 day
            """,
            severity="warning",
            expected="an order in the last 3 days from every shop that sells one a day",
            notes="Access that was revoked looks just like a shop that sells nothing.",
            next_step="open the shop's admin: does it have newer orders? Then check the app's access.",
            measure=f"select 'newest order ' || max(processed_at) || ', as of ' || {AS_OF} from marts.orders",
        ),
    ]
