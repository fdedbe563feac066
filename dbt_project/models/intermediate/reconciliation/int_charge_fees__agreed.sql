-- What each charge should have cost by the contract of its day: provider, account, method and
-- region, the narrowest row that fits. Scheme fees and interchange that a provider passes on are no
-- part of it.
with

charges as (
    select
        entries.*,
        cast(entries.occurred_at as date) as charged_date,
        case when entries.system = 'stripe' then entries.card_country else entries.country end
            as fee_country
    from {{ ref('int_psp_entries__unioned') }} as entries
    where entries.kind = 'charge' and not entries.is_duplicate_record
),

regions as (
    select * from {{ ref('payment_regions') }}
),

contracts as (
    select
        fees.*,
        row_number() over (
            partition by fees.account, fees.fee_id
            order by fees.version desc nulls last
        ) as version_rank
    from {{ ref('stg_treasury__contracted_fees') }} as fees
),

currencies as (
    select * from {{ ref('currencies') }}
),

fitting as (
    select
        charges.system,
        charges.account,
        charges.entry_id,
        contracts.fee_id,
        contracts.fee_basis,
        contracts.fee_rate,
        contracts.fixed_amount,
        coalesce(regions.region, case when charges.fee_country is not null then 'international' end)
            as region,
        row_number() over (
            partition by charges.system, charges.account, charges.entry_id
            order by
                case when contracts.payment_method = 'any' then 1 else 0 end asc nulls last,
                case when contracts.region = 'any' then 1 else 0 end asc nulls last,
                contracts.valid_from desc nulls last,
                contracts.fee_id asc nulls last
        ) as fit_rank
    from charges
    left join regions
        on
            charges.system = regions.system
            and charges.account = regions.account
            and charges.fee_country = regions.country
    inner join contracts
        on
            charges.system = contracts.psp_system
            and charges.account = contracts.psp_account
            and charges.currency = contracts.currency
    where
        contracts.version_rank = 1
        and contracts.payment_method in (charges.payment_method, 'any')
        -- Whose country nobody tells fits only a row for any.
        and (
            contracts.region = 'any'
            or contracts.region = regions.region
            or (
                contracts.region = 'international'
                and regions.region is null
                and charges.fee_country is not null
            )
        )
        and charges.charged_date >= contracts.valid_from
        and charges.charged_date < coalesce(contracts.valid_to, cast('9999-12-31' as date))
),

agreed as (
    select
        charges.system,
        charges.account,
        charges.entry_id,
        charges.charge_id,
        charges.order_account,
        charges.order_id,
        charges.occurred_at,
        charges.payment_method,
        coalesce(fitting.region, 'any') as region,
        fitting.fee_id,
        fitting.fee_rate,
        charges.gross_amount,
        charges.currency,
        charges.agreed_fee_amount as charged_fee_amount,
        {{ convert('charges.gross_amount', 'fitting.fee_rate') }} + fitting.fixed_amount
            as expected_fee_amount,
        {{ from_minor_units('1', 'currencies.exponent') }} as minor_unit_amount
    from charges
    inner join fitting
        on
            charges.system = fitting.system
            and charges.account = fitting.account
            and charges.entry_id = fitting.entry_id
    left join currencies on charges.currency = currencies.code
    where fitting.fit_rank = 1
)

select * from agreed
