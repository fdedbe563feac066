"""``marts.privacy_requests``: is everybody who asked answered in time?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.privacy_requests"
OWNER = "data-steward"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "no_request_is_overdue",
            """
            select batch.account, batch.request_id, batch.kind, batch.due_at
            from batch
            cross join raw_group.run_context as context
            where batch.status = 'open' and batch.due_at < context.as_of
            """,
            severity="warning",
            expected="every legal request dealt with by its due_at",
            notes="The law gives a month; the person asked the shop, and the shop asked us.",
            next_step="concord webhooks privacy lists them; answer or erase, then note it with --done.",
            measure="""
                select count(*) filter (status = 'open') || ' open of ' || count(*) || ' requests'
                from marts.privacy_requests""",
        ),
    ]
