with

agreed as (
    select * from {{ ref('int_charge_fees__agreed') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

drifted as (
    select
        agreed.system,
        agreed.account,
        accounts.legal_entity,
        agreed.entry_id,
        agreed.charge_id,
        agreed.order_account,
        agreed.order_id,
        agreed.occurred_at,
        agreed.payment_method,
        agreed.region,
        agreed.fee_id,
        agreed.fee_rate,
        agreed.currency,
        {{ to_amount('agreed.gross_amount') }} as gross_amount,
        {{ to_amount('agreed.expected_fee_amount') }} as expected_fee_amount,
        {{ to_amount('agreed.charged_fee_amount') }} as charged_fee_amount,
        {{ to_amount('agreed.charged_fee_amount - agreed.expected_fee_amount') }} as drift_amount,
        accounts.owner
    from agreed
    left join accounts
        on
            agreed.system = accounts.system
            and agreed.account = accounts.account
    where abs(agreed.charged_fee_amount - agreed.expected_fee_amount) > agreed.minor_unit_amount
)

select
    system,
    account,
    legal_entity,
    entry_id,
    charge_id,
    order_account,
    order_id,
    occurred_at,
    payment_method,
    region,
    fee_id,
    fee_rate,
    currency,
    gross_amount,
    expected_fee_amount,
    charged_fee_amount,
    drift_amount,
    owner
from drifted
