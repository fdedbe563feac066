{# Shapes of Adyen's reports, for its staging models only. #}

{# Our word for a journal or record type (docs.adyen.com, journal types); null where no balance moved. A
   deposit correction holds money back or gives it back, by its sign. #}
{% macro adyen_kind(type, net) -%}
    case
            when {{ type }} = 'Settled' then 'charge'
            when {{ type }} = 'Refunded' then 'refund'
            when {{ type }} = 'RefundedReversed' then 'refund_failure'
            when {{ type }} in ('Chargeback', 'SecondChargeback') then 'dispute'
            when {{ type }} = 'ChargebackReversed' then 'dispute_reversal'
            when {{ type }} in ('Fee', 'InvoiceDeduction', 'MiscCosts', 'PaymentCost')
                then case when {{ net }} > 0 then 'fee_refund' else 'fee' end
            when {{ type }} = 'DepositCorrection'
                then case when {{ net }} > 0 then 'reserve_release' else 'reserve' end
            when {{ type }} = 'Balancetransfer' then 'transfer'
            when {{ type }} = 'MerchantPayin' then 'topup'
            when {{ type }} = 'MerchantPayout' then 'payout'
            when {{ type }} = 'BankInstructionReturned' then 'payout_failure'
            when {{ type }} = 'ManualCorrected' then 'adjustment'
        end
{%- endmacro %}

{# Adyen's own exponents (docs.adyen.com, currency codes), where they aren't ISO 4217's: its webhooks count
   CLP and ISK in hundredths, CVE and IDR whole. #}
{% macro adyen_exponent() -%}
    case
            when currencies.code in ('CLP', 'ISK') then 2
            when currencies.code in ('CVE', 'IDR') then 0
            else currencies.exponent
        end
{%- endmacro %}

{# Credit less debit; a side that is empty has nothing. #}
{% macro adyen_signed(credit, debit) -%}
    cast(coalesce({{ credit }}, 0) - coalesce({{ debit }}, 0) as decimal(38, 4))
{%- endmacro %}
