with

taxes as (
    select * from {{ ref('int_order_taxes__converted') }}
),

summed as (
    select
        system,
        account,
        legal_entity,
        period,
        country,
        coalesce(tax_name, 'unnamed') as tax_name,
        coalesce(tax_rate, cast(0 as decimal(18, 10))) as tax_rate,
        collected_by,
        currency,
        count(*) as tax_lines_count,
        sum(taxable_amount) as taxable_amount,
        sum(case when tax_amount > 0 then tax_amount else 0 end) as charged_amount,
        -sum(case when tax_amount < 0 then tax_amount else 0 end) as given_back_amount,
        sum(tax_amount) as tax_amount,
        sum(tax_amount_group) as tax_amount_group,
        sum(case when tax_amount_group is null then 1 else 0 end) as unconverted_lines_count
    from taxes
    group by
        system,
        account,
        legal_entity,
        period,
        country,
        coalesce(tax_name, 'unnamed'),
        coalesce(tax_rate, cast(0 as decimal(18, 10))),
        collected_by,
        currency
)

select
    system,
    account,
    legal_entity,
    period,
    country,
    tax_name,
    tax_rate,
    collected_by,
    currency,
    cast(tax_lines_count as bigint) as tax_lines_count,
    cast(taxable_amount as decimal(38, 4)) as taxable_amount,
    cast(charged_amount as decimal(38, 4)) as charged_amount,
    cast(given_back_amount as decimal(38, 4)) as given_back_amount,
    cast(tax_amount as decimal(38, 4)) as tax_amount,
    cast(case when unconverted_lines_count = 0 then tax_amount_group end as decimal(38, 4))
        as tax_amount_group
from summed
