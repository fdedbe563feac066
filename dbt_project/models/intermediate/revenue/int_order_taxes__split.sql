-- Each tax of each sale, once: its name, rate and who hands it on. What a sale's own taxes leave of
-- the tax it states is a row without a name, so that nothing is lost; and an order that ended
-- unpaid gives back what it was booked with.
with

sales as (
    select * from {{ ref('int_sales__classified') }}
    where kind <> 'unknown'
),

taxes as (
    select * from {{ ref('stg_shopify__sale_taxes') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

named as (
    select
        sales.account,
        sales.order_id,
        sales.sale_id,
        sales.sale_id || ':' || taxes.sale_tax_id as tax_line_id,
        sales.line_id,
        sales.kind,
        sales.event_at,
        sales.event_date,
        sales.currency,
        taxes.tax_name,
        taxes.tax_rate,
        taxes.tax_source,
        coalesce(taxes.is_collected_by_channel, false) as is_collected_by_channel,
        sales.net_amount as taxable_amount,
        taxes.tax_amount
    from sales
    inner join taxes
        on
            sales.account = taxes.account
            and sales.order_id = taxes.order_id
            and sales.agreement_id = taxes.agreement_id
            and sales.sale_id = taxes.sale_id
),

named_sums as (
    select
        account,
        order_id,
        sale_id,
        currency,
        sum(tax_amount) as tax_amount
    from named
    group by account, order_id, sale_id, currency
),

stated as (
    select * from named
    union all
    select
        sales.account,
        sales.order_id,
        sales.sale_id,
        sales.sale_id || ':unnamed' as tax_line_id,
        sales.line_id,
        sales.kind,
        sales.event_at,
        sales.event_date,
        sales.currency,
        {{ to_text('null') }} as tax_name,
        cast(null as decimal(18, 10)) as tax_rate,
        {{ to_text('null') }} as tax_source,
        false as is_collected_by_channel,
        sales.net_amount as taxable_amount,
        sales.tax_amount - coalesce(named_sums.tax_amount, 0) as tax_amount
    from sales
    left join named_sums
        on
            sales.account = named_sums.account
            and sales.order_id = named_sums.order_id
            and sales.sale_id = named_sums.sale_id
            and sales.currency = named_sums.currency
    where sales.tax_amount <> coalesce(named_sums.tax_amount, 0)
),

left_over as (
    select
        account,
        order_id,
        line_id,
        currency,
        tax_name,
        tax_rate,
        tax_source,
        is_collected_by_channel,
        min(tax_line_id) as first_tax_line_id,
        sum(taxable_amount) as taxable_amount,
        sum(tax_amount) as tax_amount
    from stated
    group by
        account,
        order_id,
        line_id,
        currency,
        tax_name,
        tax_rate,
        tax_source,
        is_collected_by_channel
),

split as (
    select * from stated
    union all
    select
        left_over.account,
        left_over.order_id,
        {{ to_text('null') }} as sale_id,
        left_over.first_tax_line_id || ':ended' as tax_line_id,
        left_over.line_id,
        'ended' as kind,
        orders.ended_at as event_at,
        {{ local_date('orders.ended_at', 'orders.zone') }} as event_date,
        left_over.currency,
        left_over.tax_name,
        left_over.tax_rate,
        left_over.tax_source,
        left_over.is_collected_by_channel,
        -left_over.taxable_amount as taxable_amount,
        -left_over.tax_amount as tax_amount
    from left_over
    inner join orders
        on
            left_over.account = orders.account
            and left_over.order_id = orders.order_id
    where orders.is_ended_unpaid and left_over.tax_amount <> 0
)

select * from split
