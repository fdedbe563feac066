"""``marts.fx_differences``: what currencies cost us between order and bank."""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.fx_differences"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "entries_are_those_of_the_ledger",
            """
            select batch.system, batch.account, batch.entry_id, batch.kind
            from batch
            left join marts.payment_ledger as ledger
                on batch.system = ledger.system and batch.account = ledger.account
                and batch.entry_id = ledger.entry_id
            where coalesce(ledger.gross_amount <> batch.amount_settlement, true)
            """,
            severity="critical",
            expected="an entry of the payment ledger behind every difference, with the same amount",
            notes="A gain on money that never moved is no gain.",
            next_step="see int_settlements__dated and payment_ledger.",
        ),
        no_rows(
            "every_step_has_its_rates",
            """
            select kind, currency, currency_settlement, count(*) as rows_count, min(event_date) as first_date
            from batch
            where amount_group is null
            group by all
            """,
            severity="warning",
            expected="a rate on both sides of every step",
            notes="A step without a rate is a gain or loss that nobody sees.",
            next_step="load the missing rates: concord load treasury.",
            owner="treasury-team",
            measure="""
                select string_agg(kind || ' ' || cast(amount as varchar), ', ' order by kind)
                from (select kind, sum(amount_group) as amount from marts.fx_differences group by kind)""",
        ),
        no_rows(
            "providers_rates_are_believable",
            """
            select system, account, entry_id, currency, amount, currency_settlement, amount_settlement, amount_group
            from batch cross join raw_group.run_context
            where kind = 'psp_rate' and currency_settlement = group_currency
                and abs(amount_group) > 0.1 * abs(amount_settlement)
            order by abs(amount_group) desc
            """,
            severity="warning",
            expected="a provider's rate within 10 % of the day's",
            notes="Markups are 1 to 4 %; more is a wrong currency or an amount in minor units.",
            next_step="compare the entry with the provider's report, and its amounts with the order's.",
        ),
    ]
