-- Leg payout_bank: the one state that each row of both sides is in, by precedence from top to
-- bottom.
with

sides as (
    select * from {{ ref('int_payout_bank__explained') }}
),

aged as (
    {{ aged_sides('payout_bank', 'aged_from') }}
),

stated as (
    select
        aged.*,
        {{ to_text('null') }} as owner,
        not_expected_reason as reason,
        case
            when not_expected_reason is not null then 'not_expected'
            when is_duplicate_record then 'duplicate_record'
            when side = 'payout' and not is_linked and is_old and not is_failed
                then 'missing_at_bank'
            when side = 'bank' and not is_linked and is_old then 'bank_unidentified'
            when is_failed then 'payout_failed'
            when is_other_currency then 'currency_mismatch'
            when is_linked and coalesce(gap_amount, 0) <> 0
                then
                    case
                        when
                            (side = 'payout' and gap_amount > 0)
                            or (side = 'bank' and gap_amount < 0)
                            then 'payout_short'
                        else 'amount_difference'
                    end
            when not is_linked then 'timing'
            else 'matched'
        end as state
    from aged
)

select * from stated
