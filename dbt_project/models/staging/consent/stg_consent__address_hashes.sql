-- The newest hash of each address: another key gives other hashes.
with

ranked as (
    select
        {{ to_text('channel') }} as channel,
        {{ to_text('address') }} as address,
        {{ to_text('address_hash') }} as address_hash,
        cast(recorded_at as timestamp) as recorded_at,
        row_number() over (
            partition by channel, address
            order by recorded_at desc nulls last, address_hash asc nulls last
        ) as hash_rank
    from {{ source('raw_identity', 'address_hashes') }}
),

newest as (
    select
        channel,
        address,
        address_hash,
        recorded_at
    from ranked
    where hash_rank = 1
)

select * from newest
