-- What was said of marketing to an exact address or number, by every system that heard it. A tag or
-- a dot is part of an address here: whoever withdraws for one address has not withdrawn for
-- another.
with

shop_statements as (
    select * from {{ ref('stg_shopify__customer_consents') }}
),

hubspot_statements as (
    select * from {{ ref('stg_hubspot__contact_consents') }}
),

salesforce_statements as (
    select * from {{ ref('stg_salesforce__contact_consents') }}
),

email_tool_statements as (
    select * from {{ ref('stg_email_tool__statements') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

-- A shop's or a CRM's flag is the person's word, by whatever way the vendor says it was given.
flagged as (
    select
        system,
        account,
        customer_id as source_id,
        channel,
        address,
        country,
        state,
        case
            when opt_in_level in ('confirmed_opt_in', 'single_opt_in') then opt_in_level
            else 'shop'
        end as method,
        case when opt_in_level = 'confirmed_opt_in' then opt_in_level end as evidence,
        stated_at,
        _received_at
    from shop_statements
    union all
    select
        system,
        account,
        contact_id as source_id,
        channel,
        address,
        country,
        state,
        'crm_flag' as method,
        {{ to_text('null') }} as evidence,
        stated_at,
        _received_at
    from hubspot_statements
    union all
    select
        system,
        account,
        record_id as source_id,
        channel,
        address,
        country,
        state,
        'crm_flag' as method,
        {{ to_text('null') }} as evidence,
        stated_at,
        _received_at
    from salesforce_statements
),

unioned as (
    select
        system,
        account,
        source_id,
        channel,
        address,
        'marketing' as purpose,
        country,
        {{ to_text('null') }} as controller,
        state,
        'person' as origin,
        method,
        {{ to_text('null') }} as wording_version,
        evidence,
        stated_at,
        _received_at as recorded_at
    from flagged
    union all
    select
        system,
        account,
        statement_id as source_id,
        channel,
        address,
        purpose,
        country,
        controller,
        state,
        origin,
        method,
        wording_version,
        evidence,
        case when state = 'subscribed' then stated_at else coalesce(stated_at, recorded_at) end
            as stated_at,
        first_received_at as recorded_at
    from email_tool_statements
),

described as (
    select
        unioned.system,
        unioned.account,
        unioned.source_id,
        unioned.channel,
        lower(trim(unioned.address)) as address,
        unioned.purpose,
        coalesce(unioned.country, 'ZZ') as country,
        coalesce(unioned.controller, accounts.legal_entity, 'group') as controller,
        unioned.state,
        case
            when unioned.state = 'subscribed' then 'granted'
            when unioned.state = 'pending' then 'pending'
            when unioned.state in ('not_subscribed', 'unknown', 'invalid') then 'unknown'
            else 'withdrawn'
        end as kind,
        unioned.origin,
        unioned.method,
        unioned.wording_version,
        unioned.method in ('double_opt_in', 'confirmed_opt_in') and unioned.evidence is not null
            as has_evidence,
        unioned.stated_at,
        unioned.recorded_at
    from unioned
    left join accounts
        on
            unioned.system = accounts.system
            and unioned.account = accounts.account
    where nullif(trim(unioned.address), '') is not null
)

select * from described
