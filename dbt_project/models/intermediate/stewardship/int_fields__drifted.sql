-- Where two systems disagree about one customer. A shop owns e-mail and phone: the buyer writes
-- them at the checkout. Consent is owned by whichever system heard the last withdrawal. A CRM's
-- record is held against the shop's record that it names, else against the newest one of its
-- customer. Another spelling of one mailbox is told from another address; consent hangs on either.
with

records as (
    select * from {{ ref('int_crm_records__living') }}
    where customer_key is not null
),

shop_records as (
    select * from {{ ref('int_shop_records__keyed') }}
),

ignored as (
    select * from {{ ref('int_withdrawals__ignored') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
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
        case
            when email is null then 'missing'
            when {{ normalize_email('email') }} = {{ normalize_email('owner_email') }}
                then 'another spelling'
            else 'different'
        end as drift
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
    from ignored
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
