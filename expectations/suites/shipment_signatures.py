"""``marts_pii.shipment_signatures``: is a signature of a parcel that arrived?"""

from typing import Any

from expectations.rules import no_rows

RELATION = "marts_pii.shipment_signatures"
OWNER = "logistics-team"


def suite() -> list[Any]:
    # Never a value of this table in a result: audit results are published to everyone.
    return [
        no_rows(
            "signed_parcels_are_shipments",
            """
            select batch.account, count(*) as signatures_count, min(batch.shipment_id) as for_example
            from batch
            left join marts.shipments as shipments
                on batch.system = shipments.system and batch.account = shipments.account
                and batch.shipment_id = shipments.shipment_id
            where shipments.shipment_id is null or not shipments.has_signature
            group by batch.account
            """,
            severity="critical",
            expected="a shipment of marts.shipments that says it is signed, behind every signature",
            notes="A signature shown as proof for another parcel loses the dispute, and names a stranger.",
            next_step="compare one parcel with the carrier's page; mend how trackings find their shipment.",
            measure="select count(*) || ' signatures' from marts_pii.shipment_signatures",
        ),
    ]
