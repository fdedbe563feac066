{# Shopify's words for movements of a balance (enum ShopifyPaymentsTransactionType) as kinds of the ledger. #}
{% macro shopify_payments_kind(type, amount) -%}
    case
            when {{ type }} = 'charge' then 'charge'
            when {{ type }} = 'refund' then 'refund'
            when {{ type }} = 'refund_failure' then 'refund_failure'
            when {{ type }} in ('dispute_withdrawal', 'risk_withdrawal') then 'dispute'
            when {{ type }} in ('dispute_reversal', 'risk_reversal') then 'dispute_reversal'
            when {{ type }} in ('chargeback_fee', 'chargeback_fee_refund') then 'dispute_fee'
            when {{ type }} in ('stripe_fee', 'referral_fee', 'referral_fee_tax', 'application_fee_refund')
                then case when {{ amount }} > 0 then 'fee_refund' else 'fee' end
            when {{ type }} in ('reserved_funds', 'chargeback_hold', 'reserved_funds_reversal', 'chargeback_hold_release')
                then case when {{ amount }} > 0 then 'reserve_release' else 'reserve' end
            when {{ type }} like 'lending%' or {{ type }} in ('advance', 'advance_funding') then 'loan'
            when {{ type }} like 'balance_transfer%' or {{ type }} like 'merchant_to_merchant%' then 'transfer'
            when {{ type }} = 'transfer' then 'payout'
            when {{ type }} in ('transfer_failure', 'transfer_cancel', 'transfer_refund') then 'payout_failure'
            when {{ type }} like '%adjustment%' then 'adjustment'
            else 'other'
        end
{%- endmacro %}
