"""``marts.metric_values``: are the metrics the ledger's own figures, and do they add up?"""

from typing import Any

from expectations.definitions import AS_OF, NET_SALES, kinds
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.metric_values"
OWNER = "finance-analytics"

# Ratios are of their own period; everything else is a sum and must behave like one.
_NOW = "basis is distinct from 'as_reported'"
_SUMS = "metric not in (select metric from marts.metric_definitions where formula like '% / %')"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "every_metric_has_values",
            f"""
            select coalesce(defined.metric, valued.metric) as metric, defined.version, valued.version as valued
            from marts.metric_definitions as defined
            full join (select distinct metric, version from batch where {_NOW}) as valued
                on defined.metric = valued.metric and defined.version = valued.version
            where defined.metric is null or valued.metric is null
            """,
            severity="critical",
            expected="values for every metric that is defined, in its present version, and for no other",
            notes="A metric without values is a gap that a dashboard draws as zero.",
            next_step="see its grains and dimensions in models/marts/_metrics.yml, then run measure.",
        ),
        no_rows(
            "net_sales_equal_the_ledger",
            f"""
            with ledger as (
                select event_date, sum(amount_group) as amount_group
                from marts.revenue_ledger where {kinds(NET_SALES)} group by event_date
            ),
            measured as (
                select * from batch where metric = 'net_sales' and grain = 'day' and dimension = 'all'
            )
            select
                coalesce(measured.period_start, ledger.event_date) as day,
                measured.value as measured, ledger.amount_group as in_ledger
            from measured
            full join ledger on measured.period_start = ledger.event_date
            where coalesce(measured.value, 0) <> coalesce(ledger.amount_group, 0)
            """,
            severity="critical",
            expected="the ledger's net sales of each day, difference 0",
            notes="Two net sales in one group is what this warehouse was built to end.",
            next_step="compare revenue_daily with the ledger for the day; see int_days__summed.",
            measure="select sum(value) from marts.metric_values"
            " where metric = 'net_sales' and grain = 'month' and dimension = 'all' and basis = 'current'",
        ),
        no_rows(
            "the_group_is_the_sum_of_its_parts",
            f"""
            with parts as (
                select metric, grain, period_start, currency, dimension, sum(value) as value
                from batch
                where dimension <> 'all' and {_NOW} and {_SUMS}
                group by metric, grain, period_start, currency, dimension
            ),
            whole as (select * from batch where dimension = 'all' and {_NOW})
            select
                parts.metric, parts.dimension, parts.grain, parts.period_start,
                parts.value as parts, whole.value as whole
            from parts
            left join whole
                on parts.metric = whole.metric and parts.grain = whole.grain
                and parts.period_start = whole.period_start
                and parts.currency is not distinct from whole.currency
            where coalesce(parts.value, 0) <> coalesce(whole.value, 0)
            """,
            severity="critical",
            expected="the sum over accounts, and over legal entities, is the group's value, difference 0",
            notes="Official figures are the entities' own; a group total that differs has no owner.",
            next_step="look for a dimension without a value, or a row counted in two accounts.",
        ),
        no_rows(
            "months_are_the_sum_of_their_days",
            f"""
            with days as (
                select
                    metric, dimension, dimension_value, currency, sum(value) as value,
                    cast(date_trunc('month', period_start) as date) as month
                from batch where grain = 'day' and {_SUMS}
                group by all
            ),
            months as (select * from batch where grain = 'month' and {_NOW})
            select
                days.metric, days.dimension_value, days.month,
                days.value as days, months.value as month_value
            from days
            left join months
                on days.metric = months.metric and days.month = months.period_start
                and days.dimension = months.dimension
                and days.dimension_value = months.dimension_value
                and days.currency is not distinct from months.currency
            where coalesce(days.value, 0) <> coalesce(months.value, 0)
            """,
            severity="critical",
            expected="each month equals its days, difference 0",
            notes="A month that isn't its days makes every drill-down an argument.",
            next_step="check the metric's time dimension: days and months must be of the same date.",
        ),
        no_rows(
            "ltv_is_the_bridge",
            """
            with measured as (
                select sum(value) as value from batch
                where metric in ('ltv', 'ltv_unidentified') and dimension = 'all'
            ),
            bridge as (
                select sum(amount_group) as amount_group from marts.ltv_bridge
                where line in ('identified_customers', 'unidentified_customers')
            )
            select measured.value as measured, bridge.amount_group as in_bridge
            from measured cross join bridge
            where coalesce(measured.value, 0) <> coalesce(bridge.amount_group, 0)
            """,
            severity="critical",
            expected="LTV over all cohorts is what the bridge from the ledger leaves, difference 0",
            notes="Three lifetime values for one cohort begin with one that doesn't tie to revenue.",
            next_step="compare marts.customer_ltv with marts.ltv_bridge line by line.",
        ),
        no_rows(
            "closed_months_are_reported",
            """
            select closes.legal_entity, closes.period, closes.version, closes.values_count, count(reported.value) as found
            from marts.period_closes as closes
            left join batch as reported
                on reported.basis = 'as_reported' and reported.period_start = closes.period
                and reported.dimension = 'legal_entity' and reported.dimension_value = closes.legal_entity
            where closes.status <> 'superseded'
            group by all
            having count(reported.value) = 0
            """,
            severity="critical",
            expected="figures as reported of every month that was closed",
            notes="A month that is closed and has no figures can't be defended in front of an auditor.",
            next_step="see raw_closing.frozen_values of the month; measure shows what stands there.",
            measure="""
                select count(*) || ' versions of ' || count(distinct legal_entity || period) || ' months'
                from marts.period_closes""",
        ),
        no_rows(
            "totals_are_complete",
            """
            select metric, count(*) as periods_count, min(coverage) as lowest_coverage
            from batch
            where coverage < 1 and dimension = 'all' and grain = 'month'
            group by metric
            """,
            severity="warning",
            expected="every row behind a value converted: coverage 1",
            notes="A total that lacks unconverted rows is published as incomplete, never as the total.",
            next_step="see marts.revenue_ledger where amount_group is null, and load the missing rates.",
            owner="treasury-team",
        ),
        no_rows(
            "net_sales_move_believably",
            f"""
            with months as (
                select
                    dimension_value as account, period_start, value,
                    avg(value) over (
                        partition by dimension_value order by period_start
                        rows between 3 preceding and 1 preceding
                    ) as usual,
                    count(*) over (partition by dimension_value order by period_start) as months_count
                from batch
                where metric = 'net_sales' and grain = 'month' and dimension = 'account' and {_NOW}
                    and period_start < date_trunc('month', {AS_OF})
            ),
            newest as (
                select * from months
                where months_count > 3 and usual > 0
                qualify row_number() over (partition by account order by period_start desc) = 1
            )
            select account, period_start, value, cast(usual as decimal(38, 2)) as usual
            from newest
            where value < usual / 4 or value > usual * 4
            """,
            severity="warning",
            expected="the last whole month of an account between a quarter and four times the three before",
            notes="A shop whose orders stopped arriving looks like a bad month, a doubled one like a good one.",
            next_step="compare orders and load_completeness of the account for that month.",
        ),
    ]
