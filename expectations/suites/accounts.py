"""``marts.accounts``: is the group the group we know?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.accounts"
OWNER = "data-platform"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "one_group_currency",
            """
            select count(distinct group_currency) as currencies_count,
                string_agg(distinct group_currency, ', ') as currencies
            from batch
            having count(distinct group_currency) <> 1
            """,
            severity="critical",
            expected="one currency for the whole group",
            notes="A group total in two currencies is no total.",
            next_step="see [group] currency in group.toml.",
            owner="finance-analytics",
            measure="select string_agg(distinct group_currency, ', ') from marts.accounts",
        ),
        no_rows(
            "no_shop_left_the_group",
            """
            select ledger.account, ledger.legal_entity, count(*) as ledger_rows
            from marts.revenue_ledger as ledger
            left join batch on ledger.system = batch.system and ledger.account = batch.account
            where batch.account is null
            group by ledger.account, ledger.legal_entity
            """,
            severity="critical",
            expected="every shop with revenue in group.toml",
            notes="A shop that was taken out of the file keeps its sales but loses owner, zone and currency.",
            next_step="put the account back into group.toml; a closed shop stays listed.",
        ),
        no_rows(
            "every_shop_sells",
            """
            select batch.account, batch.owner
            from batch
            left join (select distinct system, account from marts.orders) as selling
                on batch.system = selling.system and batch.account = selling.account
            where selling.account is null
                and batch.system in (select distinct system from marts.orders)
            """,
            severity="warning",
            expected="at least one order in every shop",
            notes="An empty shop is a new one, or one whose orders we are not allowed to read.",
            next_step="open the shop's admin: does it have orders? Then grant the app its scope.",
        ),
    ]
