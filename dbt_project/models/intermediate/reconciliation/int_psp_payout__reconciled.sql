-- Leg psp_payout: the one state that each row of both sides is in, by precedence from top to
-- bottom.
with

sides as (
    select * from {{ ref('int_psp_payout__compared') }}
),

aged as (
    {{ aged_sides('psp_payout', 'aged_from') }}
),

stated as (
    select
        aged.*,
        {{ to_text('null') }} as owner,
        case
            when not_expected_reason is not null then 'not_expected'
            when is_duplicate_record then 'duplicate_record'
            when side = 'psp' and not is_linked and is_old and not is_held then 'missing_in_payout'
            when is_held then 'reserve_held'
            when is_failed then 'payout_failed'
            when is_linked and gap_amount <> 0 then 'amount_difference'
            when not is_linked and not is_old then 'timing'
            when is_linked then 'matched'
            else 'unknown'
        end as state
    from aged
),

reasoned as (
    select
        stated.*,
        case
            when state = 'not_expected' then not_expected_reason
            when state = 'unknown' then 'no_entry_list'
            when state = 'amount_difference' then 'hidden_movement'
        end as reason
    from stated
)

select * from reasoned
