-- What happened to which object, and when; what the object was then landed in its own table.
with

newest_rows as (
    {{ newest_versions('raw_stripe', 'events') }}
),

renamed as (
    select
        'stripe' as system,
        account,
        {{ to_text('id') }} as event_id,
        {{ to_text('type') }} as event_type,
        {{ to_text('data__object__object') }} as object_type,
        {{ to_text('data__object__id') }} as object_id,
        cast(created as timestamp) as happened_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
