"""Which records of Salesforce and Zendesk play which named case: rows of ``truth.special_cases``."""

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.people import person
from sandbox.world.salesforce_people import outsider

# (case, person, what of theirs, note); of a contact or user the slot counts, of an account the level.
CASES = [
    ("sales_two_name_one_customer", person("three_shops"), "contact 0", "both name one customer, rightly"),
    ("sales_two_name_one_customer", person("three_shops"), "contact 1", "both name one customer, rightly"),
    ("sales_wrong_external_id", outsider("wrong_id"), "contact 0", "names another person's customer"),
    ("sales_merge_chain", person("regular_jp"), "contact 1", "merged into the first contact"),
    ("sales_merge_chain", person("regular_jp"), "contact 0", "merged into a third contact later"),
    ("sales_merge_chain", person("regular_jp"), "contact 2", "what the chain ends in"),
    ("sales_merge_undone", outsider("unmerged"), "contact 0", "two contacts again: the merge was undone"),
    ("sales_merge_undone", outsider("unmerged"), "contact 1", "undeleted five days after its merge"),
    ("sales_merge_by_mistake", person("couple_1"), "contact 0", "wins 4.2 days after the base clock"),
    ("sales_merge_by_mistake", person("couple_2"), "contact 0", "loses then, is back 7.4 days later"),
    ("sales_deleted_and_back", person("guest"), "contact 0", "deleted, undeleted 8.4 days after the base clock"),
    ("sales_idn", person("company_buyer"), "contact 0", "an internationalised domain, elsewhere in ASCII"),
    ("sales_homonym", outsider("homonym"), "contact 0", "the name of another person and nothing else"),
    ("sales_clinic_jp", outsider("clinic_jp"), "contact 0", "known to the Japanese organisation alone"),
    ("sales_malformed_email", outsider("email_without_at"), "contact 0", "no @ in the address"),
    ("sales_malformed_email", outsider("email_unicode"), "lead", "a blank and a picture in the address"),
    ("sales_disposable", outsider("disposable_1"), "lead", "a disposable address that a stranger used too"),
    *[("office_address", outsider(f"office_{n}"), "contact 0", "one address for a whole office") for n in (1, 2, 3)],
    *[("office_phone", outsider(f"office_{n}"), "contact 0", "one number for a whole office") for n in range(1, 6)],
    ("office_address", outsider("office_1"), "user 0", "one address for a whole office"),
    ("couple_with_one_phone", person("couple_1"), "contact 0", "has the number that the other calls from"),
    ("couple_with_one_phone", person("couple_2"), "contact 0", "has the number that they call from"),
    ("couple_with_one_phone", person("couple_2"), "user 2", "only a number, which two people have"),
    ("recycled_number", outsider("number_heir"), "user 0", "only a number, which was another person's before"),
    ("phone_links", person("phone_only"), "user 0", "only a number, and its owner's name"),
    ("gift_recipient", outsider("gift_recipient"), "user 0", "writes about somebody else's order"),
    ("dots_elsewhere", outsider("dots_elsewhere"), "user 0", "another's address without its dots, not at Gmail"),
    ("support_disposable", outsider("disposable_2"), "user 0", "a disposable address that a stranger used too"),
    ("support_malformed_email", outsider("email_two_ats"), "user 0", "two @ in the address"),
    ("support_malformed_email", outsider("email_blank"), "user 0", "blanks for an address"),
    ("support_malformed_email", outsider("email_10000"), "user 0", "10,000 characters"),
    ("phone_in_name", outsider("phone_in_name"), "user 0", "a number for a name, and no number"),
    ("support_merged", person("three_shops"), "user 1", "merged away: tells nothing any more"),
    ("support_merged", person("three_shops"), "user 0", "has the other's address since the merge"),
    ("support_two_users", person("regular"), "user 0", "one of two users of one person, never merged"),
    ("support_two_users", person("regular"), "user 1", "one of two users of one person, never merged"),
    ("support_merge_by_mistake", outsider("merged_stranger"), "user 0", "merged into a stranger 6.2 days after the base clock"),
    ("support_merge_by_mistake", person("guest"), "user 0", "has a stranger's address from then on"),
    ("support_several_identities", person("second_address"), "user 0", "several addresses"),
]  # fmt: skip


def add_sales_and_support_cases(con: duckdb.DuckDBPyConnection) -> None:
    store_rows(con, "truth.sales_named", ["case", "pid", "what", "note"], CASES)
    con.execute(
        """insert into truth.special_cases by name
        with records as (
            select pid, 'contact ' || slot as what, org as account, 'SalesforceContact' as object_type,
                contact_id as object_id from truth.sf_contacts
            union all select pid, 'lead', org, 'SalesforceLead', lead_id from truth.sf_leads
            union all select pid, 'user ' || slot, 'support', 'ZendeskUser', cast(user_id as varchar) from truth.zd_users)
        select n."case", r.account, r.object_type, r.object_id, n.note
        from truth.sales_named as n join records as r using (pid, what)
        union all
        select 'sales_lead_converted', org, 'SalesforceLead', lead_id, 'names the contact that it became'
        from truth.sf_leads where is_converted
        union all
        select 'sales_lead_duplicate', l.org, 'SalesforceLead', l.lead_id, 'came although there was a contact'
        from truth.sf_leads as l where not l.is_converted and l.pid in (select pid from truth.sf_contacts)
        union all
        select 'sales_lead_only', l.org, 'SalesforceLead', l.lead_id, 'never bought, known to sales alone'
        from truth.sf_leads as l
        where l.pid not in (select pid from truth.sf_contacts) and l.pid not in (select pid from truth.orders)
        union all
        select 'sales_account_merged', org, 'SalesforceAccount', account_id, 'entered twice, merged into the first'
        from truth.sf_accounts where master_id is not null
        union all
        select 'gift_recipient', 'support', 'ZendeskTicket', cast(t.ticket as varchar), 'about somebody else''s order'
        from truth.zd_tickets as t join truth.orders as o using (ono) where o.pid <> t.pid"""
    )
    con.execute("drop table truth.sales_named")
