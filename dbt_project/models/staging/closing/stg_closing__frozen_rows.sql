with

renamed as (
    select
        {{ to_text('legal_entity') }} as legal_entity,
        cast(period as date) as period,
        cast(version as bigint) as version,
        {{ to_text('account') }} as account,
        {{ to_text('row_id') }} as row_id,
        {{ to_text('order_id') }} as order_id,
        {{ to_text('kind') }} as kind,
        cast(event_date as date) as event_date,
        {{ to_text('currency') }} as currency,
        cast(amount as decimal(38, 4)) as amount,
        cast(amount_group as decimal(38, 4)) as amount_group,
        {{ to_text('rate_id') }} as rate_id,
        cast(rate as decimal(18, 10)) as rate
    from {{ source('raw_closing', 'frozen_rows') }}
)

select * from renamed
