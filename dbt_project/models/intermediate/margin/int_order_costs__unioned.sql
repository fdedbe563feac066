-- What an order cost beside its goods, row by row: payment providers' fees with the tax on them,
-- the carrier's invoices, disputes lost, and the provision for those still open. Costs are
-- positive; each is in its own currency and in group money at the rate of its day.
with

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
    where order_id is not null and not is_duplicate_record
),

shipping_costs as (
    select * from {{ ref('int_shipping_costs__invoiced') }}
),

disputes as (
    select * from {{ ref('int_disputes__described') }}
    where order_id is not null and lost_amount <> 0
),

provisions as (
    select * from {{ ref('int_dispute_provisions__estimated') }}
    where order_id is not null and provision_amount <> 0
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

costs as (
    select
        order_account as account,
        order_id,
        'psp_fee' as kind,
        system || ':' || account || ':' || entry_id as cost_id,
        occurred_at,
        currency,
        fee_amount + tax_on_fee_amount
        - case
            when kind in ('fee', 'dispute_fee', 'fee_refund') then gross_amount else 0
        end as amount
    from entries
    union all
    select
        account,
        order_id,
        'shipping_cost' as kind,
        'parcel:' || fulfillment_id as cost_id,
        cast(invoiced_on as timestamp) as occurred_at,
        currency,
        cost_amount as amount
    from shipping_costs
    union all
    select
        order_account as account,
        order_id,
        'lost_dispute' as kind,
        system || ':' || account || ':' || dispute_id as cost_id,
        opened_at as occurred_at,
        currency,
        lost_amount as amount
    from disputes
    union all
    select
        order_account as account,
        order_id,
        'provision' as kind,
        system || ':' || account || ':' || dispute_id as cost_id,
        opened_at as occurred_at,
        currency,
        provision_amount as amount
    from provisions
),

dated as (
    select
        costs.*,
        accounts.group_currency,
        {{ local_date('costs.occurred_at', 'accounts.zone') }} as cost_date
    from costs
    inner join accounts
        on
            costs.account = accounts.account
            and accounts.system = 'shopify'
),

converted as (
    select
        dated.account,
        dated.order_id,
        dated.kind,
        dated.cost_id,
        dated.cost_date,
        dated.currency,
        dated.amount,
        case
            when dated.currency = dated.group_currency then dated.amount
            else {{ convert('dated.amount', 'rates.rate') }}
        end as amount_group
    from dated
    left join rates
        on
            dated.currency = rates.from_currency
            and dated.group_currency = rates.to_currency
            and dated.cost_date = rates.day
    where dated.amount <> 0
)

select * from converted
