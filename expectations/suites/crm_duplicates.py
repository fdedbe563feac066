"""``marts.crm_duplicates``: does each set have one survivor, and don't they pile up?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.crm_duplicates"
OWNER = "crm-team"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "each_set_has_one_survivor",
            """
            select system, account, customer_key, count(*) as records_count
            from batch
            group by system, account, customer_key
            having count(*) filter (is_proposed_survivor) <> 1
                or count(*) filter (contact_id = survivor_contact_id) <> 1
            """,
            severity="critical",
            expected="exactly one proposed survivor among a customer's records",
            notes="Whoever merges by this list would merge into two records, or into none.",
            next_step="look at survivor_rank in int_crm_records__living.",
        ),
        no_rows(
            "few_contacts_are_duplicates",
            """
            select batch.system, batch.account, count(*) as duplicates_count
            from batch
            where not batch.is_proposed_survivor
            group by batch.system, batch.account
            having count(*) > 0.2 * (
                select count(*) from marts.id_map
                where is_current and id_map.system = batch.system and id_map.account = batch.account)
                and count(*) >= 10
            """,
            severity="warning",
            expected="at most a fifth of a CRM's records to be merged away",
            notes="A person who is there three times gets three mails and three labels.",
            next_step="merge by the list in the CRM; an import without a key makes most of them.",
            measure="""
                select count(*) filter (not is_proposed_survivor) || ' to be merged away'
                from marts.crm_duplicates""",
        ),
    ]
