-- Where two systems disagree about one customer. A shop owns e-mail and phone: the buyer writes them at
-- the checkout. Consent is owned by whichever system heard the last withdrawal. A CRM's record is held
-- against the shop's record that it names, else against the newest one of its customer. A system of the
-- whole group can't tell legal entities apart, so a withdrawal from one of them concerns it.
with

records as (
    select * from {{ ref('int_crm_records__living') }}
    where customer_key is not null
),

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

hashes as (
    select * from {{ ref('stg_consent__address_hashes') }}
),

states as (
    select
        consents.*,
        max(case when state = 'granted' then 1 else 0 end) over (
            partition by channel, address_hash, controller
        ) as granted_flag
    from {{ ref('int_consents__resolved') }} as consents
),

consents as (
    select *
    from states
    where state = 'withdrawn' and channel = 'email' and granted_flag = 0
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

shop_records as (
    select
        customers.system,
        customers.account,
        customers.customer_id,
        customer_ids.customer_key,
        lower(trim(customers.email)) as email,
        {{ last_digits('customers.phone', 9) }} as phone_digits,
        customers.email_marketing_state,
        customers.updated_at
    from customers
    inner join customer_ids
        on
            customers.system = customer_ids.system
            and customers.account = customer_ids.account
            and customers.customer_id = customer_ids.source_id
),

paired as (
    select
        records.system,
        records.account,
        records.contact_id,
        records.customer_key,
        records.email,
        records.phone_digits,
        shop_records.system as owner_system,
        shop_records.account as owner_account,
        shop_records.customer_id as owner_source_id,
        shop_records.email as owner_email,
        shop_records.phone_digits as owner_phone_digits,
        row_number() over (
            partition by records.system, records.account, records.contact_id
            order by
                case
                    when
                        records.shop_account = shop_records.account
                        and records.shop_customer_id = shop_records.customer_id
                        then 0
                    else 1
                end asc nulls last,
                shop_records.updated_at desc nulls last,
                shop_records.account asc nulls last,
                shop_records.customer_id asc nulls last
        ) as pair_rank
    from records
    inner join shop_records on records.customer_key = shop_records.customer_key
),

writing as (
    select
        system,
        account,
        contact_id as source_id,
        customer_key,
        email
    from records
    where not coalesce(has_email_opt_out, false)
    union all
    select
        system,
        account,
        customer_id as source_id,
        customer_key,
        email
    from shop_records
    where email_marketing_state = 'subscribed'
),

writing_on as (
    select
        writing.system,
        writing.account,
        writing.source_id,
        writing.customer_key,
        consents.system as owner_system,
        consents.account as owner_account,
        consents.statement_id as owner_source_id,
        row_number() over (
            partition by writing.system, writing.account, writing.source_id
            order by
                consents.last_withdrawn_at desc nulls last,
                consents.system asc nulls last,
                consents.account asc nulls last,
                consents.statement_id asc nulls last
        ) as withdrawal_rank
    from writing
    inner join accounts
        on
            writing.system = accounts.system
            and writing.account = accounts.account
    inner join hashes on writing.email = hashes.address and hashes.channel = 'email'
    inner join consents
        on
            hashes.address_hash = consents.address_hash
            and (
                accounts.legal_entity = 'group'
                or consents.controller in (accounts.legal_entity, 'group')
            )
),

drifted as (
    select
        'email' as field,
        system,
        account,
        contact_id as source_id,
        customer_key,
        owner_system,
        owner_account,
        owner_source_id,
        case when email is null then 'missing' else 'different' end as drift
    from paired
    where pair_rank = 1 and owner_email is not null and coalesce(email, '') <> owner_email
    union all
    select
        'phone' as field,
        system,
        account,
        contact_id as source_id,
        customer_key,
        owner_system,
        owner_account,
        owner_source_id,
        case when phone_digits is null then 'missing' else 'different' end as drift
    from paired
    where
        pair_rank = 1
        and owner_phone_digits is not null
        and coalesce(phone_digits, '') <> owner_phone_digits
    union all
    select
        'email_consent' as field,
        system,
        account,
        source_id,
        customer_key,
        owner_system,
        owner_account,
        owner_source_id,
        'would write after a withdrawal' as drift
    from writing_on
    where withdrawal_rank = 1
),

described as (
    select
        drifted.*,
        accounts.legal_entity,
        accounts.owner,
        owners.owner as owning_team
    from drifted
    left join accounts
        on
            drifted.system = accounts.system
            and drifted.account = accounts.account
    left join accounts as owners
        on
            drifted.owner_system = owners.system
            and drifted.owner_account = owners.account
)

select * from described
