"""``marts.order_line_margins``: do lines add up to their orders?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.order_line_margins"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "lines_add_up_to_the_order",
            """
            with lines as (
                select account, order_id, sum(margin_amount_group) as margin, sum(provision_amount_group) as provision
                from batch group by account, order_id
                having count(*) = count(margin_amount_group)
            )
            select orders.account, orders.order_id, orders.margin_amount_group as in_order, lines.margin as in_lines
            from lines
            inner join marts.order_margins as orders
                on lines.account = orders.account and lines.order_id = orders.order_id
            where lines.margin <> orders.margin_amount_group or lines.provision <> orders.provision_amount_group
            """,
            severity="critical",
            expected="the order's margin and provision, difference 0",
            notes="What is shared out must be all of it, and no more.",
            next_step="compare the order's parts with the sums of its lines' parts.",
        ),
    ]
