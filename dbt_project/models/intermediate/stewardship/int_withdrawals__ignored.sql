-- Records that their system would still write to although a withdrawal was heard of their address;
-- the last one owns it. A system of the whole group can't tell legal entities apart, so a
-- withdrawal from one of them concerns it.
with

records as (
    select * from {{ ref('int_crm_records__living') }}
    where customer_key is not null
),

shop_records as (
    select * from {{ ref('int_shop_records__keyed') }}
),

address_hashes as (
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
    inner join address_hashes
        on
            writing.email = address_hashes.address
            and address_hashes.channel = 'email'
    inner join consents
        on
            address_hashes.address_hash = consents.address_hash
            and (
                accounts.legal_entity = 'group'
                or consents.controller in (accounts.legal_entity, 'group')
            )
),

ignored as (
    select
        system,
        account,
        source_id,
        customer_key,
        owner_system,
        owner_account,
        owner_source_id
    from writing_on
    where withdrawal_rank = 1
)

select * from ignored
