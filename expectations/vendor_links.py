"""What vendors say of two records, held against ``marts.id_map``: merges, links, what came of neither."""

from typing import Any

from expectations.rules import no_rows

# The links that count, with the customer of both records; null where a record isn't there.
_LINKED = """
    with current_ids as (select * from batch where is_current),
    linked as (
        select
            links.system, links.account, links.source_id, links.rule, links.evidence,
            one.customer_key as customer_key, other.customer_key as linked_customer_key
        from intermediate.int_identity_links__unioned as links
        left join current_ids as one
            on links.system = one.system
            and links.account = one.account
            and links.source_id = one.source_id
        left join current_ids as other
            on links.linked_system = other.system
            and links.linked_account = other.account
            and links.linked_source_id = other.source_id
        where links.refusal is null
    )
"""


def rules() -> list[Any]:
    return [
        no_rows(
            "merged_contacts_follow_their_winner",
            f"""
            {_LINKED}
            select system, account, source_id, evidence, customer_key, linked_customer_key
            from linked
            where rule = 'vendor_merge' and customer_key is not null
                and customer_key is distinct from linked_customer_key
            """,
            severity="critical",
            expected="a merged contact and the one it became part of under one key",
            notes=(
                "The CRM answers for a merged contact with its winner. Whoever kept the old id, a"
                " campaign or a ticket, would write to a customer that no longer exists."
            ),
            next_step="compare the two records in id_map; did identity run after the load?",
            measure="""
                select count(*) || ' merged contacts' from intermediate.int_identity_links__unioned
                where rule = 'vendor_merge'""",
        ),
        no_rows(
            "vendors_links_hold",
            f"""
            {_LINKED}
            select system, account, source_id, evidence, customer_key, linked_customer_key
            from linked
            where rule = 'vendor_link' and linked_customer_key is not null
                and customer_key is distinct from linked_customer_key
            """,
            severity="critical",
            expected="both records of a vendor's link under one key",
            notes="A connector's id is the strongest evidence there is; nothing may outvote it unseen.",
            next_step="compare the two records in id_map; see raw_identity.assignments.",
            measure="""
                select count(*) filter (where refusal is null) || ' links, '
                       || count(refusal) || ' refused'
                from intermediate.int_identity_links__unioned where rule = 'vendor_link'""",
        ),
        no_rows(
            "links_lead_to_records",
            f"""
            {_LINKED}
            select
                system, account, rule, count(*) as links_count,
                count(*) filter (where linked_customer_key is null) as lost_count
            from linked
            group by system, account, rule
            having lost_count >= 5 and lost_count > 0.05 * links_count
            """,
            severity="warning",
            expected="at most 5 % of an account's links to a record that isn't there",
            notes="Links into nothing mean a shop that was not loaded, or a connector on another shop.",
            next_step="look the linked ids up in the shop; was its load complete?",
        ),
        no_rows(
            "no_contact_names_a_stranger",
            """
            select system, account, min(source_id) as source_id, count(*) as contacts_count
            from intermediate.int_identity_links__unioned
            where refusal = 'another_person'
            group by system, account
            """,
            severity="warning",
            expected="no contact that names a shop's customer of other names and another address",
            notes=(
                "Sales types the shop's id by hand; a wrong digit would make two strangers one. Such a link"
                " is refused until the id is mended or a steward links the two."
            ),
            next_step="mend the id in the CRM, or say that it is right: concord identity link.",
            owner="crm-team",
        ),
        no_rows(
            "few_payers_pay_for_several",
            """
            select
                system, account, count(distinct source_id) as payers_count,
                count(distinct source_id) filter (where refusal is not null) as refused_count
            from intermediate.int_identity_links__unioned
            where rule = 'vendor_link' and evidence like '% by order %'
            group by system, account
            having refused_count >= 5 and refused_count > 0.05 * payers_count
            """,
            severity="warning",
            expected="at most 5 % of an account's PSP customers with orders of several shop customers",
            notes="A till's or an agent's card pays for strangers; such payers link nobody.",
            next_step="list them in int_psp_payers__matched with a refusal; tell the payments team.",
            owner="payments-team",
        ),
        no_rows(
            "crm_contacts_are_customers",
            """
            with contacts as (
                select batch.account, batch.customer_key
                from batch
                inner join intermediate.int_identity_nodes__unioned as nodes
                    on batch.system = nodes.system
                    and batch.account = nodes.account
                    and batch.source_id = nodes.source_id
                where batch.is_current and nodes.node_kind = 'contact'
            ),
            buyers as (
                select distinct batch.customer_key
                from batch
                inner join intermediate.int_identity_nodes__unioned as nodes
                    on batch.system = nodes.system
                    and batch.account = nodes.account
                    and batch.source_id = nodes.source_id
                where batch.is_current and nodes.node_kind in ('customer', 'checkout')
            )
            select
                contacts.account, count(*) as contacts_count, count(buyers.customer_key) as linked_count
            from contacts
            left join buyers on contacts.customer_key = buyers.customer_key
            group by contacts.account
            having count(*) >= 100 and count(buyers.customer_key) < 0.25 * count(*)
            """,
            severity="warning",
            expected="at least a quarter of a CRM's contacts known to a shop",
            notes=(
                "Where hardly a contact meets its customer, addresses are masked or the connector's ids"
                " are gone, and marketing writes to strangers."
            ),
            next_step="see whether e-mail and shopify_customer_id still come; check the app's scopes.",
            measure="""
                select coalesce(round(100.0 * count(*) filter (where not is_prospect)
                       / nullif(count(*), 0), 1), 0) || ' % of ' || count(*)
                       || ' customers with a contact are known to a shop'
                from marts.customer_360 where has_crm_contact""",
            owner="crm-team",
        ),
    ]
