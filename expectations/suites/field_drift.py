"""``marts.field_drift``: does any system still write to whoever withdrew, and do fields drift in masses?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.field_drift"
OWNER = "crm-team"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "no_system_writes_after_a_withdrawal",
            """
            select system, account, owner, count(*) as records_count, min(source_id) as for_example
            from batch
            where field = 'email_consent'
            group by system, account, owner
            """,
            severity="warning",
            expected="every system opted out wherever a withdrawal was heard",
            notes="The ledger says no; the system that sends doesn't know it, so the next mail is unlawful.",
            next_step="opt the listed records out in that system; consent_ledger has the statement.",
            owner="privacy-office",
        ),
        no_rows(
            "fields_do_not_drift_in_masses",
            """
            select field, system, account, count(*) as drifted_count
            from batch
            where field <> 'email_consent' and drift = 'different'
            group by field, system, account
            having count(*) > 0.3 * (
                select count(*) from marts.id_map
                where is_current and id_map.system = batch.system and id_map.account = batch.account)
                and count(*) >= 10
            """,
            severity="warning",
            expected="at most 30 % of a system's records with another e-mail or phone than the shop",
            notes="A sync that writes into the wrong field shows here first.",
            next_step="compare one record in both systems; marts_pii.customer_contacts has the values.",
            measure="""
                select coalesce(string_agg(said, ', ' order by said), 'none') from (
                    select field || ' ' || count(*) as said from marts.field_drift group by field)""",
        ),
    ]
