"""``marts.tax_summary``: is what is declared what was charged?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.tax_summary"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "months_equal_the_tax_lines",
            """
            with months as (
                select account, currency, period, sum(tax_amount) as tax from batch group by account, currency, period
            ),
            lines as (
                select account, currency, period, sum(tax_amount) as tax
                from marts.tax_lines group by account, currency, period
            )
            select account, currency, period, months.tax as in_months, lines.tax as in_lines
            from months
            full join lines using (account, currency, period)
            where months.tax is distinct from lines.tax
            """,
            severity="critical",
            expected="the tax lines of the month, difference 0",
            notes="A return that declares another sum than was charged is a fine.",
            next_step="see which country or rate the month leaves out.",
        ),
        no_rows(
            "tax_fits_its_rate",
            """
            select account, period, country, tax_name, tax_rate, taxable_amount, tax_amount
            from batch
            where abs(tax_amount - taxable_amount * tax_rate) > 0.01 * tax_lines_count * greatest(1, abs(taxable_amount) / 1000)
                and abs(tax_amount - taxable_amount * tax_rate) > tax_lines_count
            """,
            severity="warning",
            expected="base times rate, within a unit of the currency a line",
            notes="A rate that does not explain its tax was changed in the shop half-way through the month.",
            next_step="list the tax lines of the country and rate; did the rate change on a day?",
        ),
    ]
