-- The carrier's own words as ours. A parcel that went back says Delivered when its sender has it,
-- so the return is asked first; what tells nothing new (Pending, InfoReceived) is null.
with

newest_rows as (
    {{ newest_versions('raw_aftership', 'trackings') }}
),

renamed as (
    select
        'aftership' as system,
        account,
        {{ to_text('id') }} as tracking_id,
        {{ to_text('number_hash') }} as tracking_number_hash,
        {{ to_text('slug') }} as carrier,
        {{ to_text('tag') }} as tag,
        {{ to_text('subtag') }} as subtag,
        case
            when order_id like '%_:_%' then lower(split_part({{ to_text('order_id') }}, ':', 1))
        end as shop_domain,
        case
            when order_id like '%_:_%' then split_part({{ to_text('order_id') }}, ':', 2)
        end as order_id,
        {{ to_text('order_number') }} as order_number,
        case
            when coalesce(return_to_sender, false) or {{ is_return_subtag('subtag') }}
                then 'returned'
            when tag = 'Delivered' then 'delivered'
            when tag in ('Exception', 'AttemptFail', 'Expired') then 'exception'
            when tag in ('InTransit', 'OutForDelivery', 'AvailableForPickup') then 'in_transit'
        end as status,
        nullif(trim({{ to_text('signed_by') }}), '') as signed_by,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
