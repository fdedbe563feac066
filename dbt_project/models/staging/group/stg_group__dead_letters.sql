-- What landing refuses is refused again with every overlap; it counts once, from first sight on.
with

ranked as (
    select
        letters.*,
        min(letters.first_seen_at) over (
            partition by
                letters.system, letters.account, letters.stream, letters.source_id, letters.reason
        ) as earliest_seen_at,
        max(letters._received_at) over (
            partition by
                letters.system, letters.account, letters.stream, letters.source_id, letters.reason
        ) as latest_seen_at,
        row_number() over (
            partition by
                letters.system, letters.account, letters.stream, letters.source_id, letters.reason
            order by
                letters._version_at desc nulls last,
                letters._received_at desc nulls last,
                letters._version_hash desc nulls last
        ) as version_rank
    from {{ source('raw_group', 'dead_letters') }} as letters
),

renamed as (
    select
        {{ to_text('system') }} as system,
        account,
        {{ to_text('stream') }} as stream,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('reason') }} as reason,
        {{ to_text('owner') }} as owner,
        cast(amount as decimal(38, 4)) as amount,
        {{ to_text('currency') }} as currency,
        {{ to_text('payload_ref') }} as payload_ref,
        cast(earliest_seen_at as timestamp) as first_seen_at,
        cast(latest_seen_at as timestamp) as last_seen_at
    from ranked
    where version_rank = 1
)

select * from renamed
