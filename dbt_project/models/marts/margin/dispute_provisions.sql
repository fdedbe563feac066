with

provisions as (
    select * from {{ ref('int_dispute_provisions__estimated') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
)

select
    provisions.system,
    provisions.account,
    accounts.legal_entity,
    provisions.dispute_id,
    provisions.order_account,
    provisions.order_id,
    provisions.customer_key,
    provisions.reason,
    provisions.status,
    provisions.opened_at,
    provisions.currency,
    cast(provisions.at_risk_amount as decimal(38, 4)) as at_risk_amount,
    cast(provisions.loss_rate as decimal(18, 10)) as loss_rate,
    provisions.rate_basis,
    cast(provisions.closed_count as bigint) as closed_count,
    cast(provisions.provision_amount as decimal(38, 4)) as provision_amount
from provisions
left join accounts
    on
        provisions.system = accounts.system
        and provisions.account = accounts.account
