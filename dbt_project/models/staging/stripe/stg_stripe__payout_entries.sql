-- An entry is in one payout. Should a later one list it too, because the first was cancelled, that
-- one has it.
with

newest_rows as (
    {{ newest_versions('raw_stripe', 'payout_entries') }}
),

renamed as (
    select
        'stripe' as system,
        account,
        {{ to_text('payout_id') }} as payout_id,
        {{ to_text('id') }} as entry_id,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
