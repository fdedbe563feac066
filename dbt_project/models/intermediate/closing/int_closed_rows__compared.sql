-- Each frozen row of a closed month beside what it is now; for one that left, why. A gap between
-- rates that is gone while its own row stayed is a matter of rates.
with

frozen as (
    select
        frozen_rows.*,
        replace(row_id, ':fx_difference', '') as base_row_id
    from {{ ref('stg_closing__frozen_rows') }} as frozen_rows
),

rows_now as (
    select * from {{ ref('int_closing_rows__current') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

landings as (
    select * from {{ ref('stg_shopify__order_landings') }}
),

kept as (
    select
        frozen.*,
        rows_now.row_id is not null as is_still_there,
        rows_now.kind as current_kind,
        rows_now.event_date as current_event_date,
        rows_now.currency as current_currency,
        rows_now.amount as current_amount,
        rows_now.amount_group as current_amount_group,
        rows_now.rate_id as current_rate_id,
        case
            when rows_now.row_id is not null then null
            when frozen.kind = 'fx_difference' and base_rows.row_id is not null then 'rate'
            when landings.order_id is null then 'erasure'
            when orders.order_id is null then 'deleted'
            else 'source_correction'
        end as left_because
    from frozen
    left join rows_now
        on
            frozen.account = rows_now.account
            and frozen.row_id = rows_now.row_id
            and frozen.legal_entity = rows_now.legal_entity
    left join rows_now as base_rows
        on
            frozen.account = base_rows.account
            and frozen.base_row_id = base_rows.row_id
            and frozen.legal_entity = base_rows.legal_entity
            and frozen.kind = 'fx_difference'
    left join orders
        on
            frozen.account = orders.account
            and frozen.order_id = orders.order_id
    left join landings
        on
            frozen.account = landings.account
            and frozen.order_id = landings.order_id
),

compared as (
    select
        kept.*,
        is_still_there
        and (
            kind <> current_kind
            or event_date <> current_event_date
            or currency <> current_currency
            or amount <> current_amount
        ) as is_corrected,
        is_still_there
        and coalesce(rate_id, 'none') <> coalesce(current_rate_id, 'none') as is_rated_anew,
        is_still_there
        and coalesce(amount_group <> current_amount_group, amount_group is not null)
            as is_converted_anew
    from kept
)

select * from compared
