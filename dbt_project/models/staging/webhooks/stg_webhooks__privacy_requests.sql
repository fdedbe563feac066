with

ranked as (
    select
        requests.*,
        row_number() over (
            partition by requests.account, requests.request_id
            order by requests._dlt_load_id asc nulls last
        ) as copy_rank
    from {{ source('raw_webhooks', 'privacy_requests') }} as requests
    where {{ in_complete_load('raw_webhooks', 'requests') }}
),

renamed as (
    select
        {{ to_text('system') }} as system,
        account,
        {{ to_text('request_id') }} as request_id,
        {{ to_text('kind') }} as kind,
        {{ to_text('subject_id_hash') }} as subject_id_hash,
        {{ to_text('email_hash') }} as email_hash,
        {{ to_text('phone_hash') }} as phone_hash,
        cast(orders_count as bigint) as orders_count,
        cast(received_at as timestamp) as received_at,
        cast(due_at as timestamp) as due_at,
        {{ to_text('owner') }} as owner
    from ranked
    where copy_rank = 1
)

select * from renamed
