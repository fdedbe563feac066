"""``marts.revenue_ledger``: is all of it in group money, and do reversals undo what they reverse?"""

from typing import Any

from expectations.definitions import AS_OF, NET_SALES, kinds
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.revenue_ledger"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [volume(RELATION), no_direct_identifier(RELATION), *_coverage(), *_events()]


def _coverage() -> list[Any]:
    return [
        no_rows(
            "every_currency_has_a_rate",
            """
            select currency, count(*) as ledger_rows, sum(amount) as native_amount
            from batch
            where kind <> 'fx_difference'
            group by currency
            having count(amount_group) = 0
            """,
            severity="critical",
            expected="a rate for every currency of the ledger",
            notes="A currency we hold no rate for drops out of group revenue without a trace.",
            next_step="ask treasury for the rates, then: concord load treasury, concord run.",
            owner="treasury-team",
            measure="select string_agg(distinct currency, ', ' order by currency) from marts.revenue_ledger",
        ),
        no_rows(
            "group_amounts_are_whole",
            """
            select
                account, currency, count(*) as rows_without_rate, sum(amount) as native_amount,
                min(event_date) as first_date, max(event_date) as last_date
            from batch
            where kind <> 'fx_difference' and amount_group is null
            group by account, currency
            order by rows_without_rate desc
            """,
            severity="warning",
            expected="a group amount on every row",
            notes="Rows without a rate are left out of group totals, which are published as incomplete.",
            next_step="load the missing days (concord load treasury) and run again: the rows convert.",
            owner="treasury-team",
            measure="""
                select 'coverage ' || cast(cast(100 * count(amount_group) as decimal(18, 4))
                       / greatest(count(*), 1) as decimal(7, 2)) || ' % of ' || count(*) || ' rows'
                from marts.revenue_ledger where kind <> 'fx_difference'""",
        ),
        no_rows(
            "the_days_best_rate_was_used",
            """
            with better as (
                select from_currency, to_currency, kind, rate_date, source, version, rate_id
                from marts.fx_rates
            )
            select used.rate_id as used_rate, better.rate_id as better_rate, count(*) as ledger_rows
            from batch
            inner join marts.fx_rates as used on batch.rate_id = used.rate_id
            inner join better
                on used.from_currency = better.from_currency
                and used.to_currency = better.to_currency
                and used.kind = better.kind
                and used.rate_date = better.rate_date
                and (
                    (used.source <> 'treasury' and better.source = 'treasury')
                    or (used.source = better.source and used.version < better.version)
                )
            group by used.rate_id, better.rate_id
            """,
            severity="critical",
            expected="treasury's own rate wherever it gave one, in its newest version",
            notes="Treasury signs for the group's rates: theirs win over the ECB's, corrections over errors.",
            next_step="look the two rates up in fx_rates; the choice is made in int_fx_rates__daily.",
            owner="treasury-team",
        ),
    ]


def _events() -> list[Any]:
    return [
        no_rows(
            "full_returns_net_to_zero_in_group_money",
            f"""
            with lines as (
                select
                    account, order_id, line_id,
                    sum(amount) as native_amount, sum(amount_group) as group_amount,
                    count(*) as ledger_rows, count(distinct event_at) filter (where kind = 'sale') as sales,
                    bool_or(amount_group is null) as is_unconverted
                from batch
                where line_id is not null and {kinds(NET_SALES)}
                group by account, order_id, line_id
                having bool_or(kind = 'return')
            )
            select account, order_id, line_id, group_amount
            from lines
            where native_amount = 0 and sales = 1 and not is_unconverted
                and abs(group_amount) > 0.0001 * ledger_rows
            """,
            severity="critical",
            expected="0.0000 in group currency for each line that was returned whole",
            notes=(
                "A return is converted at its sale's rate. Otherwise the rate's movement since then"
                " would show up as net sales."
            ),
            next_step="compare rate_id of the line's sale and return rows.",
        ),
        no_rows(
            "no_event_after_as_of",
            f"""
            select account, kind, count(*) as ledger_rows, max(event_at) as latest
            from batch
            where event_at > {AS_OF} + interval 1 day
            group by account, kind
            """,
            severity="critical",
            expected="nothing later than a day after as_of",
            notes="Money from the future is a wrong zone or a wrong clock, and lands in the wrong month.",
            next_step="check the account's zone in group.toml and how its times are read in staging.",
            owner="data-platform",
            measure=f"select 'newest event ' || max(event_at) || ', as of ' || {AS_OF} from marts.revenue_ledger",
        ),
        no_rows(
            "posted_in_the_shops_currency",
            """
            select batch.account, batch.currency, accounts.currency as shop_currency, count(*) as ledger_rows
            from batch
            left join marts.accounts as accounts
                on batch.system = accounts.system and batch.account = accounts.account
            where accounts.currency is distinct from batch.currency
            group by batch.account, batch.currency, accounts.currency
            """,
            severity="critical",
            expected="one currency per shop: the one group.toml names",
            notes="The buyer's currency booked as the shop's makes 29,000 zloty into 29,000 euro.",
            next_step="compare currency with the shop's own setting; mend group.toml or the mapping.",
        ),
    ]
