"""``marts.stored_value_ledger``: does what buyers hold add up, from sale to last use?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.stored_value_ledger"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "cards_sold_equal_the_ledger",
            """
            with cards as (
                select account, currency, sum(amount) as amount
                from batch
                where instrument = 'gift_card'
                    and (kind = 'issued' or (kind = 'deactivated' and order_id is not null))
                group by account, currency
            ),
            ledger as (
                select account, currency, sum(amount) as amount
                from marts.revenue_ledger where kind = 'gift_card_sold'
                group by account, currency
            )
            select
                coalesce(cards.account, ledger.account) as account,
                coalesce(cards.currency, ledger.currency) as currency,
                cards.amount as issued, ledger.amount as sold
            from cards
            full join ledger on cards.account = ledger.account and cards.currency = ledger.currency
            where coalesce(cards.amount, 0) <> coalesce(ledger.amount, 0)
            """,
            severity="critical",
            expected="gift cards issued by sale, less sales taken back = gift_card_sold of the ledger, difference 0",
            notes="A card that was paid for and is no debt is revenue nobody earned.",
            next_step="list the account's gift card sales without a card, and its cards whose order sold none.",
        ),
        no_rows(
            "no_balance_below_zero",
            """
            select account, instrument, currency, min(balance_amount) as balance
            from batch
            group by account, instrument, currency
            having min(balance_amount) < 0
            """,
            severity="warning",
            expected="0 or more at every moment",
            notes="More was redeemed than issued: cards of before the history, given away, or of another shop are missing.",
            next_step="grant the app read_gift_cards, so that cards without a sale are known, or load more history.",
        ),
    ]
