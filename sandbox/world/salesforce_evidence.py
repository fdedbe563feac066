"""What says of Salesforce's contacts and leads who they are: SQL for ``identity_evidence``.

A converted lead names the contact that it became, a merged contact its winner. Two things that Salesforce
says are false and link nobody here: a number that sales typed wrong, and a merge of two strangers.
"""

from sandbox.world.salesforce_people import outsider

WRONG = outsider("wrong_id")
SALES_RECORDS = f"""
    select 'salesforce' as system, c.org as account, c.contact_id as source_id, 'sales_contact' as object, c.pid,
        case when c.pid <> {WRONG} then f.account || ':' || c.customer.customer_id end as names_customer,
        case when w.pid = c.pid then c.master_id end as merged_into,
        case when c.master_id is not null then case when w.pid = c.pid then 'merged into another contact'
                else 'merged by mistake' end
            when c.is_deleted then 'deleted'
            when c.customer is not null then case when c.pid <> {WRONG} then 'names the shop''s customer'
                else 'names another person''s customer' end
            else '' end as remark
    from truth.sf_contacts as c left join truth.sf_contacts as w on w.contact_id = c.master_id
    left join truth.shops as f on f.shop = c.customer.shop
    union all
    select 'salesforce', l.org, l.lead_id, 'sales_lead', l.pid, null, l.converted_contact_id,
        case when l.is_converted then 'became a contact' when l.is_deleted then 'deleted' else '' end
    from truth.sf_leads as l"""
SALES_ADDRESSES = """
    select r.node, r.system, r.pid, c.form, 0
    from truth.identity_records as r
    join truth.sf_contacts as c on r.object = 'sales_contact' and c.contact_id = r.source_id where c.form <> 'none'
    union all
    select r.node, r.system, r.pid, c.form, 0
    from truth.identity_records as r
    join truth.sf_leads as c on r.object = 'sales_lead' and c.lead_id = r.source_id where c.form <> 'none'"""
SALES_PHONES = """
    select r.node, p.phone from truth.identity_records as r
    join truth.sf_contacts as c on r.object = 'sales_contact' and c.contact_id = r.source_id
    join truth.sf_plans as p on p.pid = c.pid where c.has_phone
    union all
    select r.node, p.phone from truth.identity_records as r
    join truth.sf_leads as c on r.object = 'sales_lead' and c.lead_id = r.source_id
    join truth.sf_lead_plans as p on p.pid = c.pid where c.has_phone"""
