-- Cash rounding stands outside sales, in the bridge to the amount due.
with

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

roundings as (
    select
        orders.*,
        'order:' || order_id || ':rounding:payment' as ledger_id,
        payment_rounding_received_at as recorded_at,
        payment_rounding_amount as amount,
        payment_rounding_amount_presentment as amount_presentment
    from orders
    where payment_rounding_amount <> 0
    union all
    select
        orders.*,
        'order:' || order_id || ':rounding:refund' as ledger_id,
        refund_rounding_received_at as recorded_at,
        refund_rounding_amount as amount,
        refund_rounding_amount_presentment as amount_presentment
    from orders
    where refund_rounding_amount <> 0
),

entries as (
    select
        system,
        account,
        legal_entity,
        ledger_id,
        order_id,
        cast(null as {{ dbt.type_string() }}) as line_id,
        'rounding' as subject,
        'rounding' as kind,
        processed_at as event_at,
        order_date as event_date,
        order_date as rate_date,
        recorded_at,
        currency,
        currency_presentment,
        group_currency,
        amount,
        amount_presentment
    from roundings
)

select * from entries
