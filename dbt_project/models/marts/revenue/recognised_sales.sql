with

released as (
    select * from {{ ref('int_recognised_sales__released') }}
)

select
    system,
    account,
    legal_entity,
    order_id,
    event_at,
    event_date,
    {{ first_of_month('event_date') }} as period,
    currency,
    cast(shipped_quantity as bigint) as shipped_quantity,
    cast(shippable_quantity as bigint) as shippable_quantity,
    cast(amount as decimal(38, 4)) as amount,
    cast(amount_group as decimal(38, 4)) as amount_group,
    cast(deferred_amount as decimal(38, 4)) as deferred_amount
from released
