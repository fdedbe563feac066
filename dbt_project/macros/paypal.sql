{# Shapes of PayPal's API and reports, for its staging models only. #}

{# Our word for a transaction event code (developer.paypal.com, transaction event codes). Money that is held
   while a buyer complains (T1110) comes back or is followed by a reversal (T1106): a reserve. #}
{% macro paypal_kind(code, gross) -%}
    case
            when {{ code }} = 'T0001' then 'transfer'
            when {{ code }} like 'T00%' then case when {{ gross }} < 0 then 'transfer' else 'charge' end
            when {{ code }} = 'T0106' then 'dispute_fee'
            when {{ code }} like 'T01%' or {{ code }} in ('T1108', 'T1109')
                then case when {{ gross }} > 0 then 'fee_refund' else 'fee' end
            when {{ code }} like 'T02%' then 'fx_conversion'
            when {{ code }} like 'T03%' then 'topup'
            when {{ code }} like 'T04%' then 'payout'
            when {{ code }} = 'T1101' then 'payout_failure'
            when {{ code }} in ('T1106', 'T1201') then 'dispute'
            when {{ code }} in ('T1202', 'T1205') then 'dispute_reversal'
            when {{ code }} = 'T1107' then 'refund'
            when {{ code }} in ('T1110', 'T1500', 'T1503', 'T2101', 'T2103', 'T2105', 'T2107') then 'reserve'
            when {{ code }} in ('T1105', 'T1111', 'T1501', 'T2102', 'T2104', 'T2106', 'T2108')
                then 'reserve_release'
            when {{ code }} like 'T12%' or {{ code }} like 'T19%' then 'adjustment'
            when {{ code }} like 'T20%' then 'transfer'
            else 'other'
        end
{%- endmacro %}

{# PayPal's own exponents (developer.paypal.com, currency codes): it takes HUF and TWD whole. #}
{% macro paypal_exponent() -%}
    case when currencies.code in ('HUF', 'TWD') then 0 else currencies.exponent end
{%- endmacro %}

{# Minor units with a sign: a debit lowers our balance. No amount is none moved. #}
{% macro paypal_moved(side, minor) -%}
    case when newest_rows.{{ side }} = 'DR' then -1 else 1 end * coalesce(newest_rows.{{ minor }}, 0)
{%- endmacro %}
