-- A carrier that gives no time of its own has the one at which AfterShip heard it.
with

current_rows as (
    {{
        children_of(
            'stg_aftership__trackings', 'tracking_id',
            'raw_aftership', 'checkpoints', 'tracking_id', key=['position']
        )
    }}
),

renamed as (
    select
        'aftership' as system,
        account,
        {{ to_text('tracking_id') }} as tracking_id,
        cast(position as bigint) as position,
        {{ to_text('tag') }} as tag,
        {{ to_text('subtag') }} as subtag,
        {{ is_return_subtag('subtag') }} as is_return,
        {{ to_text('city') }} as city,
        {{ to_text('country_region') }} as country,
        cast(coalesce(checkpoint_time, created_at) as timestamp) as happened_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
