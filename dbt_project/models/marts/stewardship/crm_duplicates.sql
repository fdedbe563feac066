with

records as (
    select * from {{ ref('int_crm_records__living') }}
    where records_count > 1 and customer_key is not null
),

survivors as (
    select * from {{ ref('int_crm_records__living') }}
    where survivor_rank = 1
)

select
    records.system,
    records.account,
    records.legal_entity,
    records.contact_id,
    records.record_kind,
    records.customer_key,
    records.survivor_rank = 1 as is_proposed_survivor,
    survivors.contact_id as survivor_contact_id,
    cast(records.records_count as bigint) as records_count,
    records.shop_customer_id is not null as has_shop_link,
    records.email is not null as has_email,
    records.owner,
    records.created_at,
    records.updated_at
from records
inner join survivors
    on
        records.system = survivors.system
        and records.account = survivors.account
        and records.customer_key = survivors.customer_key
