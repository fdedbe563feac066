-- Each customer, from the nodes that make it up: identified as soon as one of them got its key by
-- evidence (a vendor's customer record, or an e-mail address that may link). Country and language
-- are those of its newest record.
with

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

nodes as (
    select * from {{ ref('int_identity_nodes__unioned') }}
),

records as (
    select * from {{ ref('stg_shopify__customers') }}
),

joined as (
    select
        customer_ids.customer_key,
        customer_ids.system,
        customer_ids.account,
        customer_ids.source_id,
        customer_ids.rule,
        nodes.email_normalized,
        nodes.is_role_address,
        records.country,
        records.language,
        row_number() over (
            partition by customer_ids.customer_key
            order by
                case when records.country is null then 1 else 0 end asc nulls last,
                records.updated_at desc nulls last,
                customer_ids.account asc nulls last,
                customer_ids.source_id asc nulls last
        ) as record_rank
    from customer_ids
    left join nodes
        on
            customer_ids.system = nodes.system
            and customer_ids.account = nodes.account
            and customer_ids.source_id = nodes.source_id
    left join records
        on
            customer_ids.system = records.system
            and customer_ids.account = records.account
            and customer_ids.source_id = records.customer_id
),

described as (
    select
        customer_key,
        max(case when rule <> 'unidentified' then 1 else 0 end) = 1 as is_identified,
        max(case when email_normalized is not null then 1 else 0 end) = 0 as is_without_email,
        max(case when is_role_address then 1 else 0 end) = 1 as has_role_address,
        count(*) as source_records_count,
        count(distinct account) as accounts_count,
        max(case when record_rank = 1 then country end) as record_country,
        max(case when record_rank = 1 then language end) as record_language
    from joined
    group by customer_key
)

select * from described
