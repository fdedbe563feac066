-- The addresses of a node beside the one in int_identity_nodes__unioned: a CRM keeps those of the
-- contacts that it merged, support those of the users it merged or learnt of.
with

contact_emails as (
    select * from {{ ref('stg_hubspot__contact_emails') }}
),

support_users as (
    select * from {{ ref('int_support_users__unioned') }}
    where is_end_user
),

user_identities as (
    select * from {{ ref('stg_zendesk__user_identities') }}
    where identity_kind = 'email'
),

roles as (
    select * from {{ ref('identity_address_guards') }}
    where kind = 'role'
),

disposable as (
    select * from {{ ref('identity_address_guards') }}
    where kind = 'disposable'
),

normalized as (
    select distinct
        system,
        account,
        contact_id as source_id,
        {{ normalize_email('email') }} as email_normalized
    from contact_emails
    union all
    select distinct
        user_identities.system,
        user_identities.account,
        user_identities.user_id as source_id,
        {{ normalize_email('user_identities.identity_value') }} as email_normalized
    from user_identities
    inner join support_users
        on
            user_identities.system = support_users.system
            and user_identities.account = support_users.account
            and user_identities.user_id = support_users.user_id
),

flagged as (
    select
        normalized.system,
        normalized.account,
        normalized.source_id,
        normalized.email_normalized,
        roles.pattern is not null as is_role_address,
        disposable.pattern is not null as is_disposable_address
    from normalized
    left join roles on split_part(normalized.email_normalized, '@', 1) = roles.pattern
    left join disposable on split_part(normalized.email_normalized, '@', 2) = disposable.pattern
    where normalized.email_normalized is not null
)

select * from flagged
