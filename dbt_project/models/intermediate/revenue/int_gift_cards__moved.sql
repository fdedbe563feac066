-- Each gift card's issue, and its end where it lapsed or was switched off with a balance. The shop
-- goes on showing the balance of a card that nobody can use any more; it is owed no longer.
with

gift_cards as (
    select * from {{ ref('stg_shopify__gift_cards') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

placed as (
    select
        gift_cards.*,
        accounts.legal_entity,
        accounts.zone,
        {{ days_after('gift_cards.expires_on', 1) }} as lapsed_date,
        {{ local_date('run_context.as_of', 'accounts.zone') }} as as_of_date
    from gift_cards
    cross join run_context
    left join accounts
        on
            gift_cards.system = accounts.system
            and gift_cards.account = accounts.account
),

steps as (
    select
        placed.*,
        'issued' as step,
        case when order_id is null then 'granted' else 'issued' end as kind,
        created_at as event_at,
        {{ local_date('created_at', 'zone') }} as event_date,
        issued_amount as amount
    from placed
    union all
    select
        placed.*,
        'ended' as step,
        'deactivated' as kind,
        deactivated_at as event_at,
        {{ local_date('deactivated_at', 'zone') }} as event_date,
        -balance_amount as amount
    from placed
    where deactivated_at is not null and balance_amount <> 0
    union all
    select
        placed.*,
        'ended' as step,
        'expired' as kind,
        cast(lapsed_date as timestamp) as event_at,
        lapsed_date as event_date,
        -balance_amount as amount
    from placed
    where deactivated_at is null and lapsed_date <= as_of_date and balance_amount <> 0
),

moved as (
    select
        system,
        account,
        legal_entity,
        'card:' || gift_card_id || ':' || step as movement_id,
        'gift_card' as instrument,
        kind,
        gift_card_id,
        order_id,
        {{ to_text('null') }} as transaction_id,
        event_at,
        event_date,
        currency,
        amount
    from steps
)

select * from moved
