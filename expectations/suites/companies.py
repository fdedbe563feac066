"""``marts.companies``: does every buying company have a row, and does the tree add up?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.companies"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "every_customers_company_is_known",
            """
            select customers.company_key, count(*) as customers_count
            from marts.customer_360 as customers
            left join batch on customers.company_key = batch.company_key
            where customers.company_key is not null and batch.company_key is null
            group by customers.company_key
            """,
            severity="critical",
            expected="a row for every company_key of customer_360",
            notes="Spend under a company that has no row is missing from its group's.",
            next_step="look the key up in company_map: are only merged or archived records left?",
        ),
        no_rows(
            "a_company_is_at_least_its_own_spend",
            """
            select company_key, orders_count, orders_with_subsidiaries_count from batch
            where orders_with_subsidiaries_count < orders_count or companies_count < 1
            """,
            severity="critical",
            expected="orders with subsidiaries no fewer than the company's own",
            notes="A company that is missing from its own sum is missing from its group's too.",
            next_step="see the company's parents in the CRM: is one above itself?",
        ),
    ]
