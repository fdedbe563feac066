"""``marts_pii.customer_contacts``: is the file that may see people whole, and only about our customers?"""

from typing import Any

from expectations.rules import no_rows, volume

RELATION = "marts_pii.customer_contacts"
OWNER = "privacy-office"


def suite() -> list[Any]:
    # Never a value of this table in a result: audit results are published to everyone.
    return [
        volume(RELATION),
        no_rows(
            "contacts_are_customers",
            """
            select batch.account, count(*) as contacts_count, min(batch.source_id) as for_example
            from batch
            left join marts.customer_360 as customers on batch.customer_key = customers.customer_key
            where customers.customer_key is null
            group by batch.account
            """,
            severity="critical",
            expected="a customer of customer_360 behind every contact",
            notes="A contact outside the customers escapes erasure, which goes by customer.",
            next_step="see whether identity ran after the load; compare with id_map.",
            measure="select count(*) || ' contacts' from marts_pii.customer_contacts",
        ),
        no_rows(
            "every_record_has_its_contact",
            """
            with recorded as (
                select customers.system, customers.account, customers.customer_id as source_id
                from staging.stg_shopify__customers as customers
                union
                select system, account, source_id from intermediate.int_identity_nodes__unioned
                where node_kind <> 'customer'
            )
            select
                recorded.account, count(*) as records_count, min(recorded.source_id) as for_example
            from recorded
            left join batch
                on recorded.system = batch.system
                and recorded.account = batch.account
                and recorded.source_id = batch.source_id
            where batch.source_id is null
            group by recorded.account
            """,
            severity="critical",
            expected="a contact for every record of every system and every guest checkout",
            notes="What is not here can't be found when a person asks what we hold of them.",
            next_step="compare the record in staging with the model's union of records and checkouts.",
        ),
        no_rows(
            "addresses_look_like_addresses",
            """
            select account, count(*) as contacts_count
            from batch
            where email is not null and email_normalized is null
            group by account
            having count(*) > 0.05 * (select count(*) from batch as whole where whole.account = batch.account)
                and count(*) >= 10
            """,
            severity="warning",
            expected="at most 5 % of a shop's contacts with an e-mail that is none",
            notes="Addresses that can't be read link nobody, and their owners become strangers.",
            next_step="look at the values in the PII file; a masked export writes *** for all of them.",
        ),
    ]
