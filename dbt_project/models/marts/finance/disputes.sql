with

disputes_evidenced as (
    select * from {{ ref('int_disputes__evidenced') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

dated as (
    select
        disputes_evidenced.system,
        disputes_evidenced.account,
        accounts.legal_entity,
        disputes_evidenced.dispute_id,
        disputes_evidenced.charge_id,
        disputes_evidenced.order_account,
        disputes_evidenced.order_id,
        disputes_evidenced.customer_key,
        disputes_evidenced.status,
        disputes_evidenced.reason,
        disputes_evidenced.is_inquiry,
        disputes_evidenced.opened_at,
        {{ local_date('disputes_evidenced.opened_at', 'accounts.zone') }} as opened_date,
        disputes_evidenced.due_at,
        disputes_evidenced.days_left,
        disputes_evidenced.closed_at,
        {{ local_date('disputes_evidenced.closed_at', 'accounts.zone') }} as closed_date,
        disputes_evidenced.is_answerable,
        disputes_evidenced.invoice_reference,
        disputes_evidenced.delivered_at,
        cast(disputes_evidenced.shipments_count as bigint) as shipments_count,
        cast(disputes_evidenced.tickets_count as bigint) as tickets_count,
        disputes_evidenced.has_order,
        disputes_evidenced.has_invoice_reference,
        disputes_evidenced.has_delivery_proof,
        disputes_evidenced.has_signature,
        disputes_evidenced.has_tickets,
        disputes_evidenced.has_refund,
        disputes_evidenced.currency,
        {{ to_amount('disputes_evidenced.amount') }} as amount,
        {{ to_amount('disputes_evidenced.lost_amount') }} as lost_amount,
        {{ to_amount('disputes_evidenced.captured_amount') }} as captured_amount,
        {{ to_amount('disputes_evidenced.refunded_amount') }} as refunded_amount,
        coalesce(disputes_evidenced.settlement_currency, accounts.currency)
            as settlement_currency,
        {{ to_amount('disputes_evidenced.withdrawn_amount') }} as withdrawn_amount,
        {{ to_amount('disputes_evidenced.reinstated_amount') }} as reinstated_amount,
        {{ to_amount('disputes_evidenced.fee_amount') }} as fee_amount
    from disputes_evidenced
    left join accounts
        on
            disputes_evidenced.system = accounts.system
            and disputes_evidenced.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    dispute_id,
    charge_id,
    order_account,
    order_id,
    customer_key,
    status,
    reason,
    is_inquiry,
    is_answerable,
    opened_at,
    opened_date,
    due_at,
    days_left,
    closed_at,
    closed_date,
    invoice_reference,
    delivered_at,
    shipments_count,
    tickets_count,
    has_order,
    has_invoice_reference,
    has_delivery_proof,
    has_signature,
    has_tickets,
    has_refund,
    currency,
    amount,
    captured_amount,
    refunded_amount,
    lost_amount,
    settlement_currency,
    withdrawn_amount,
    reinstated_amount,
    fee_amount
from dated
