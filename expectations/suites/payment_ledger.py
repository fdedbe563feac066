"""``marts.payment_ledger``: does every movement at the payment providers have a kind, an order, a day?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.payment_ledger"
OWNER = "finance-analytics"

# Kinds that a buyer's charge is behind; a fee or a payout has none.
_OF_A_CHARGE = "kind in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal')"
# What a plugin forgets now and then, or a payment link made by hand.
_UNLINKED = "0.05"


def suite() -> list[Any]:
    return [volume(RELATION), no_direct_identifier(RELATION), *_links(), *_kinds(), *_movements()]


def _links() -> list[Any]:
    return [
        no_rows(
            "charges_name_their_order",
            f"""
            select
                account, count(*) filter (where order_id is null) as without_order,
                count(*) as charges_count, currency,
                sum(gross_amount) filter (where order_id is null) as gross_amount
            from batch
            where kind = 'charge'
            group by account, currency
            having count(*) filter (where order_id is null) > {_UNLINKED} * count(*)
            """,
            severity="warning",
            expected="an order of one of our shops on at least 95 % of each account's charges",
            notes="A payment without its order is paid money that no order shows as paid.",
            next_step="look at the metadata of the newest of them: which checkout or plugin makes them?",
            measure="""
                select string_agg(account || ' ' || linked || ' of ' || charges, ', ' order by account)
                from (select account, count(order_id) as linked, count(*) as charges
                      from marts.payment_ledger where kind = 'charge' group by account)""",
        ),
        no_rows(
            "linked_orders_are_there",
            """
            with orders as (select account, order_id from marts.orders)
            select batch.account, batch.order_account, count(*) as entries_count, min(batch.order_id) as for_example
            from batch
            left join orders
                on batch.order_account = orders.account and batch.order_id = orders.order_id
            where batch.order_id is not null and orders.order_id is null
            group by batch.account, batch.order_account
            having count(*) > 5
            """,
            severity="warning",
            expected="the order of every charge that names one, but for a few newer than the shop's load",
            notes="The provider and the shop are read one after the other; more than that is a lost order.",
            next_step="load the shop again; if it stays, look the order up in the shop's admin.",
        ),
        no_rows(
            "every_charged_entry_has_its_charge",
            f"""
            select account, kind, count(*) as entries_count, min(entry_id) as for_example
            from batch
            where {_OF_A_CHARGE} and charge_id is null
            group by account, kind
            """,
            severity="critical",
            expected="a charge behind every charge, refund and dispute",
            notes="Without its charge a refund has neither order nor customer, and disputes can't be told apart.",
            next_step="load the provider's account again: a list of charges, refunds or disputes was not whole.",
        ),
    ]


def _kinds() -> list[Any]:
    return [
        no_rows(
            "every_kind_has_a_word",
            """
            select batch.account, entries.vendor_type, count(*) as entries_count, batch.currency,
                sum(batch.net_amount) as net_amount
            from batch
            inner join intermediate.int_psp_entries__unioned as entries
                on batch.system = entries.system and batch.account = entries.account
                and batch.entry_id = entries.entry_id
            where batch.kind = 'other' and not batch.is_residual
            group by batch.account, entries.vendor_type, batch.currency
            """,
            severity="warning",
            expected="no entry of a type that we have no word for",
            notes="It counts in the balance, yet in no line of fees, refunds or loans.",
            next_step="read the provider's documentation of the type and give it a kind in its staging model.",
        ),
        no_rows(
            "the_key_is_live",
            """
            select account, count(*) as test_charges_count
            from staging.stg_stripe__charges
            where is_test
            group by account
            """,
            severity="warning",
            expected="no charge of test mode",
            notes="With a key of test mode the ledger stays empty while the shop takes real money.",
            next_step="replace the account's secret by a restricted key of live mode.",
        ),
    ]


def _movements() -> list[Any]:
    return [
        no_rows(
            "fees_are_believable",
            """
            select
                account, currency, sum(fee_amount) as fee_amount, sum(gross_amount) as gross_amount,
                count(*) as charges_count
            from batch
            where kind = 'charge'
            group by account, currency
            having count(*) >= 50
                and (sum(fee_amount) < 0.002 * sum(gross_amount) or sum(fee_amount) > 0.1 * sum(gross_amount))
            """,
            severity="warning",
            expected="fees of 0.2 to 10 % of what an account takes",
            notes="Fees of nothing are fee details that were not read; of a tenth, an amount 100 times too small.",
            next_step="compare one charge with the provider's dashboard, fee and currency.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || cast(fee as varchar), ', ' order by account)
                       || ' fees without tax'
                from (select account, currency, sum(fee_amount) as fee from marts.payment_ledger
                      where kind = 'charge' group by account, currency)""",
        ),
        no_rows(
            "refunds_stay_below_charges",
            """
            select account, charge_id, sum(gross_amount_presentment) as left_over, currency_presentment
            from batch
            where kind in ('charge', 'refund', 'refund_failure')
            group by account, charge_id, currency_presentment
            having sum(gross_amount_presentment) < 0 and bool_or(kind = 'charge')
            """,
            severity="critical",
            expected="no charge of which more was given back than taken",
            notes="A refund that is counted twice, or an amount read in the wrong unit.",
            next_step="list the charge's entries beside the provider's dashboard.",
        ),
        no_rows(
            "no_entry_after_as_of",
            f"""
            select account, kind, count(*) as entries_count, max(occurred_at) as latest
            from batch
            where occurred_at > {AS_OF} + interval 1 day
            group by account, kind
            """,
            severity="critical",
            expected="nothing later than a day after as_of",
            notes="Money from the future is a wrong clock, or seconds read as something else.",
            next_step="compare the account's Date header with as_of; see how its times are landed.",
            owner="data-platform",
            measure=f"select 'newest entry ' || max(occurred_at) || ', as of ' || {AS_OF} from marts.payment_ledger",
        ),
        no_rows(
            "no_account_fell_silent",
            f"""
            with busy as (
                select account, max(occurred_at) as last_charge_at
                from batch
                where kind = 'charge' and occurred_at > {AS_OF} - interval 90 day
                group by account
                having count(*) >= 90
            )
            select account, last_charge_at from busy where last_charge_at < {AS_OF} - interval 5 day
            """,
            severity="warning",
            expected="a charge in the last 5 days at every account that takes one a day",
            notes="A checkout that lost its payment provider sells by the others, and nobody is told.",
            next_step="open the provider's dashboard: newer charges there mean that a list was cut short.",
        ),
    ]
