with

movements as (
    select * from {{ ref('int_stored_value__converted') }}
)

select
    system,
    account,
    legal_entity,
    movement_id,
    instrument,
    kind,
    gift_card_id,
    order_id,
    transaction_id,
    event_at,
    event_date,
    period,
    currency,
    cast(amount as decimal(38, 4)) as amount,
    cast(amount_group as decimal(38, 4)) as amount_group,
    rate_id,
    cast(balance_amount as decimal(38, 4)) as balance_amount
from movements
