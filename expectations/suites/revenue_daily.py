"""``marts.revenue_daily``: the ledger by day, and does a day look like a day?"""

from typing import Any

from expectations.definitions import AS_OF, components, differences
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.revenue_daily"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "days_equal_the_ledger",
            f"""
            with ledger as (
                select account, event_date, {components(whole=False)}
                from marts.revenue_ledger
                group by account, event_date
            ),
            compared as (
                select
                    coalesce(batch.account, ledger.account) as account,
                    coalesce(batch.date, ledger.event_date) as day,
                    {differences("batch", "ledger")} as differences
                from batch
                full join ledger on batch.account = ledger.account and batch.date = ledger.event_date
            )
            select account, day, differences from compared where differences <> ''
            """,
            severity="critical",
            expected="difference 0 for every shop and day, in shop and in group currency",
            notes="Trading reads days, finance reads the ledger; a day that drifts restates silently.",
            next_step="list the ledger rows of the shop and day and compare them kind by kind.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || total_sales, ', ' order by account)
                       || ' total sales, difference 0'
                from (select account, currency, cast(sum(total_sales_amount) as varchar) as total_sales
                      from marts.revenue_daily group by account, currency)""",
        ),
        no_rows(
            "orders_counted_once",
            """
            with days as (select account, sum(orders_count) as in_days from batch group by account),
            orders as (
                select account, count(*) as in_orders from marts.orders where not is_test group by account
            )
            select coalesce(days.account, orders.account) as account, days.in_days, orders.in_orders
            from days
            full join orders on days.account = orders.account
            where coalesce(days.in_days, 0) <> coalesce(orders.in_orders, 0)
            """,
            severity="critical",
            expected="as many orders over all days as in orders, tests apart",
            notes="An order on two days, or on none, spoils every average per order.",
            next_step="compare order_date with the day's orders_count for the shop.",
        ),
        no_rows(
            "the_last_week_is_believable",
            f"""
            with weeks as (
                select
                    account,
                    currency,
                    sum(gross_sales_amount) filter (where date >= cast({AS_OF} as date) - 7) as last_week,
                    cast(sum(gross_sales_amount) filter (where date < cast({AS_OF} as date) - 7)
                        as decimal(38, 4)) / 4 as usual_week,
                    sum(orders_count) filter (where date < cast({AS_OF} as date) - 7) as orders_before
                from batch
                where date >= cast({AS_OF} as date) - 35 and date < cast({AS_OF} as date)
                group by account, currency
            )
            select
                account, currency, coalesce(last_week, 0) as last_week,
                cast(usual_week as decimal(38, 4)) as usual_week
            from weeks
            where orders_before >= 100
                and (coalesce(last_week, 0) < 0.2 * usual_week or last_week > 5 * usual_week)
            """,
            severity="warning",
            expected="between a fifth and five times the usual week of the four before",
            notes="Sales do double in a sale; they don't fall by four fifths unless something broke.",
            next_step="ask the shop's team for a campaign or an outage before reading anything into it.",
        ),
    ]
