-- Disputes with the evidence that we hold: the carrier's word of every parcel of the order, what
-- support was asked about it, what went back to the buyer before.
with

disputes as (
    select * from {{ ref('int_disputes__described') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

shipped as (
    select
        order_account,
        order_id,
        count(*) as shipments_count,
        sum(case when tracking_id is not null and delivered_at is not null then 1 else 0 end)
            as delivered_count,
        sum(case when signed_by is not null then 1 else 0 end) as signed_count,
        max(case when tracking_id is not null then delivered_at end) as delivered_at
    from {{ ref('int_shipments__unioned') }}
    where order_id is not null and status <> 'cancelled'
    group by order_account, order_id
),

asked as (
    select
        order_account,
        order_id,
        count(*) as tickets_count
    from {{ ref('int_tickets__unioned') }}
    where order_id is not null and status <> 'deleted'
    group by order_account, order_id
),

evidenced as (
    select
        disputes.*,
        case
            when disputes.is_answerable and disputes.due_at is not null
                then
                    {{
                        days_between(
                            'cast(run_context.as_of as date)', 'cast(disputes.due_at as date)'
                        )
                    }}
        end as days_left,
        case when shipped.delivered_count = shipped.shipments_count then shipped.delivered_at end
            as delivered_at,
        coalesce(shipped.shipments_count, 0) as shipments_count,
        coalesce(asked.tickets_count, 0) as tickets_count,
        disputes.order_id is not null as has_order,
        disputes.invoice_reference is not null as has_invoice_reference,
        coalesce(shipped.delivered_count = shipped.shipments_count, false) as has_delivery_proof,
        coalesce(shipped.signed_count = shipped.shipments_count, false) as has_signature,
        coalesce(asked.tickets_count, 0) > 0 as has_tickets,
        coalesce(disputes.refunded_amount, 0) > 0 as has_refund
    from disputes
    cross join run_context
    left join shipped
        on
            disputes.order_account = shipped.order_account
            and disputes.order_id = shipped.order_id
    left join asked
        on
            disputes.order_account = asked.order_account
            and disputes.order_id = asked.order_id
)

select * from evidenced
