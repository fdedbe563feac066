"""``marts_pii.consent_addresses``: can every address that may be written to be found, and only by one hash?"""

from typing import Any

from expectations.rules import no_rows, volume

RELATION = "marts_pii.consent_addresses"
OWNER = "privacy-office"


def suite() -> list[Any]:
    # Never a value of this table in a result: audit results are published to everyone.
    return [
        volume(RELATION),
        no_rows(
            "every_state_has_its_address",
            """
            select states.controller, states.channel, count(*) as states_count
            from marts.consent_states as states
            left join batch
                on states.channel = batch.channel and states.address_hash = batch.address_hash
            where batch.address_hash is null
            group by states.controller, states.channel
            """,
            severity="critical",
            expected="the plain address behind every row of consent_states",
            notes="A withdrawal whose address nobody can find can't be carried to the tool that sends.",
            next_step="see that the step address_hashes ran after the load; run again.",
            measure="select count(*) || ' addresses' from marts_pii.consent_addresses",
        ),
    ]
