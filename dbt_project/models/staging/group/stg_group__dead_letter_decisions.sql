-- Of several decisions on one payload the newest counts.
with

ranked as (
    select
        decisions.*,
        row_number() over (
            partition by
                decisions.system,
                decisions.account,
                decisions.stream,
                decisions.source_id,
                decisions.payload_ref
            order by
                decisions.decided_at desc nulls last,
                decisions.decision asc nulls last,
                decisions.decided_by asc nulls last
        ) as decision_rank
    from {{ source('raw_group', 'dead_letter_decisions') }} as decisions
),

renamed as (
    select
        {{ to_text('system') }} as system,
        {{ to_text('account') }} as account,
        {{ to_text('stream') }} as stream,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('payload_ref') }} as payload_ref,
        {{ to_text('decision') }} as decision,
        {{ to_text('decided_by') }} as decided_by,
        {{ to_text('why') }} as why,
        cast(decided_at as timestamp) as decided_at
    from ranked
    where decision_rank = 1
)

select * from renamed
