"""``marts.tickets``: do tickets find their order, and are they those of today?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.tickets"
OWNER = "support-team"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "orders_of_tickets_are_there",
            """
            select batch.account, batch.ticket_id, batch.order_account, batch.order_id
            from batch
            left join marts.orders as orders
                on batch.order_account = orders.account and batch.order_id = orders.order_id
            where batch.order_id is not null and orders.order_id is null
            """,
            severity="critical",
            expected="the order of every ticket that names one",
            notes="Who answers a dispute looks for what the buyer wrote about the order; it must be that order.",
            next_step="load the shop again; its list of orders was not whole.",
        ),
        no_rows(
            "no_ticket_after_as_of",
            f"""
            select account, ticket_id, created_at from batch where created_at > {AS_OF}
            """,
            severity="warning",
            expected="no ticket from the time after as_of",
            notes="A ticket from the future is a clock that is wrong, or a zone that was forgotten.",
            next_step="compare one ticket with the support system; mend its staging model.",
        ),
    ]
