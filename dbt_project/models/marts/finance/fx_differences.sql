with

settlements as (
    select * from {{ ref('int_settlements__converted') }}
)

select
    system,
    account,
    legal_entity,
    entry_id,
    kind,
    entry_kind,
    order_account,
    order_id,
    payout_id,
    event_date,
    currency,
    cast(amount as decimal(38, 4)) as amount,
    currency_settlement,
    cast(amount_settlement as decimal(38, 4)) as amount_settlement,
    psp_rate,
    from_rate_id,
    to_rate_id,
    cast(amount_group as decimal(38, 4)) as amount_group
from settlements
