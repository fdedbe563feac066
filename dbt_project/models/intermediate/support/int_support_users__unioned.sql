-- Who writes to support. Staff are users too, and nobody's customers.
with

users as (
    select * from {{ ref('stg_zendesk__users') }}
),

unioned as (
    select
        system,
        account,
        user_id,
        email,
        {{ normalize_email('email') }} as email_normalized,
        phone,
        full_name,
        language,
        role = 'end-user' as is_end_user,
        not is_active as is_deleted,
        created_at,
        updated_at
    from users
)

select * from unioned
