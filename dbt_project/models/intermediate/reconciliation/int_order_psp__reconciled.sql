-- Leg order_psp: the one state that each row of both sides is in, by precedence from top to bottom.
with

sides as (
    select * from {{ ref('int_order_psp__compared') }}
),

aged as (
    {{ aged_sides('order_psp') }}
),

stated as (
    select
        aged.*,
        case
            when not_expected_reason is not null then 'not_expected'
            when is_surplus then 'duplicate_capture'
            when is_duplicate_record then 'duplicate_record'
            when not is_linked and is_strange_gateway then 'unknown'
            when not is_linked and is_old and side = 'order' then 'missing_in_psp'
            when not is_linked and is_old then 'missing_in_shop'
            when is_other_currency then 'currency_mismatch'
            when is_linked and abs(gap_amount) > tolerance_amount then 'amount_difference'
            when not is_linked then 'timing'
            else 'matched'
        end as state
    from aged
),

reasoned as (
    select
        stated.*,
        case
            when state = 'not_expected' then not_expected_reason
            when state = 'unknown' then 'unknown_gateway'
            when state in ('missing_in_psp', 'missing_in_shop', 'timing') then silent_reason
        end as reason
    from stated
)

select * from reasoned
