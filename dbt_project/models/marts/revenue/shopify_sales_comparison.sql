with

reported as (
    select * from {{ ref('int_report_sales__compared') }}
),

days as (
    select * from {{ ref('int_days__summed') }}
),

summed as (
    select
        system,
        account,
        legal_entity,
        basis,
        date,
        currency,
        sum(case when cause in ('agreed', 'adjustment') then amount else 0 end)
            as shopify_net_sales_amount,
        -sum(case when cause = 'adjustment' then amount else 0 end) as adjustments_amount,
        sum(case when cause = 'reversal' then amount else 0 end) as reversals_amount,
        sum(case when cause = 'dating' then amount else 0 end) as dating_amount
    from reported
    group by system, account, legal_entity, basis, date, currency
),

joined as (
    select
        summed.system,
        summed.account,
        summed.legal_entity,
        summed.basis,
        summed.date,
        summed.currency,
        summed.shopify_net_sales_amount,
        summed.adjustments_amount,
        summed.reversals_amount,
        summed.dating_amount,
        coalesce(days.net_sales_amount, 0) as net_sales_amount
    from summed
    left join days
        on
            summed.account = days.account
            and summed.date = days.event_date
            and summed.currency = days.currency
)

select
    system,
    account,
    legal_entity,
    basis,
    date,
    currency,
    cast(net_sales_amount as decimal(38, 4)) as net_sales_amount,
    cast(shopify_net_sales_amount as decimal(38, 4)) as shopify_net_sales_amount,
    cast(net_sales_amount - shopify_net_sales_amount as decimal(38, 4)) as difference_amount,
    cast(adjustments_amount as decimal(38, 4)) as adjustments_amount,
    cast(reversals_amount as decimal(38, 4)) as reversals_amount,
    cast(dating_amount as decimal(38, 4)) as dating_amount
from joined
