-- What every version of a customer said of marketing to its address and its number. All versions: a
-- withdrawal that a later import wrote over was a withdrawal all the same. A state that stays is
-- said once, when it was first seen; what was subscribed and is no more has been withdrawn.
with

versions as (
    select
        customers.account,
        {{ gid_tail('customers.id') }} as customer_id,
        {{ to_text('customers.default_address__country_code_v2') }} as country,
        {{ to_text('customers.default_email_address__email_address') }} as email,
        lower({{ to_text('customers.default_email_address__marketing_state') }}) as email_state,
        lower({{ to_text('customers.default_email_address__marketing_opt_in_level') }})
            as email_opt_in_level,
        cast(customers.default_email_address__marketing_updated_at as timestamp) as email_stated_at,
        {{ to_text('customers.default_phone_number__phone_number') }} as phone,
        lower({{ to_text('customers.default_phone_number__marketing_state') }}) as phone_state,
        lower({{ to_text('customers.default_phone_number__marketing_opt_in_level') }})
            as phone_opt_in_level,
        cast(customers.default_phone_number__marketing_updated_at as timestamp) as phone_stated_at,
        customers._version_at,
        customers._received_at,
        customers._version_hash
    from {{ source('raw_shopify', 'customers') }} as customers
    where {{ in_complete_load('raw_shopify', 'customers') }} and not customers._deleted
),

said as (
    select
        account,
        customer_id,
        country,
        'email' as channel,
        email as address,
        email_state as state,
        email_opt_in_level as opt_in_level,
        email_stated_at as stated_at,
        _version_at,
        _received_at,
        _version_hash
    from versions
    where email is not null
    union all
    select
        account,
        customer_id,
        country,
        'sms' as channel,
        phone as address,
        phone_state as state,
        phone_opt_in_level as opt_in_level,
        phone_stated_at as stated_at,
        _version_at,
        _received_at,
        _version_hash
    from versions
    where phone is not null
),

followed as (
    select
        said.*,
        lag(state) over (
            partition by account, customer_id, channel, address
            order by
                _version_at asc nulls first,
                _received_at asc nulls first,
                _version_hash asc nulls first
        ) as state_before,
        lag(stated_at) over (
            partition by account, customer_id, channel, address
            order by
                _version_at asc nulls first,
                _received_at asc nulls first,
                _version_hash asc nulls first
        ) as stated_before
    from said
),

changed as (
    select
        'shopify' as system,
        account,
        customer_id,
        channel,
        address,
        country,
        case
            when state_before = 'subscribed' and coalesce(state, '') <> 'subscribed'
                then 'unsubscribed'
            else coalesce(state, 'unknown')
        end as state,
        case when state = 'subscribed' then opt_in_level end as opt_in_level,
        case
            when state = 'subscribed' then stated_at
            else coalesce(stated_at, _version_at)
        end as stated_at,
        _version_at,
        _received_at
    from followed
    where
        coalesce(state, '') <> coalesce(state_before, 'nothing said')
        or coalesce(stated_at, _version_at) > stated_before
)

select * from changed
