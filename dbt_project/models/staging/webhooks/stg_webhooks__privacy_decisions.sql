-- The first note counts: a second one says nothing new of when the person was answered.
with

ranked as (
    select
        decisions.*,
        row_number() over (
            partition by decisions.account, decisions.request_id
            order by decisions.decided_at asc nulls last, decisions._dlt_load_id asc nulls last
        ) as note_rank
    from {{ source('raw_webhooks', 'privacy_decisions') }} as decisions
    where {{ in_complete_load('raw_webhooks', 'decisions') }}
),

renamed as (
    select
        account,
        {{ to_text('request_id') }} as request_id,
        {{ to_text('decision') }} as decision,
        {{ to_text('decided_by') }} as decided_by,
        {{ to_text('why') }} as why,
        cast(decided_at as timestamp) as decided_at
    from ranked
    where note_rank = 1
)

select * from renamed
