{# Shapes of Stripe's API, for its staging models only. #}

{# Stripe's own exponents (docs.stripe.com/currencies): it takes ISK and UGX in hundredths, as before they
   lost theirs, and MGA whole; the rest is ISO 4217, KWD in thousandths that end on 0. #}
{% macro stripe_exponent() -%}
    case
            when currencies.code in ('ISK', 'UGX') then 2
            when currencies.code = 'MGA' then 0
            else currencies.exponent
        end
{%- endmacro %}

{# Minor units in the row's own currency, which the model joined as `currencies`. #}
{% macro stripe_amount(minor) -%}
    {{ from_minor_units(minor, stripe_exponent()) }}
{%- endmacro %}

{# Money that Stripe holds back from what may be paid out, and gives back. #}
{% macro is_stripe_reserve(type) -%}
    {{ type }} in (
                'reserve_transaction',
                'reserved_funds',
                'reserve_hold',
                'reserve_release',
                'payment_network_reserve_hold',
                'payment_network_reserve_release',
                'payout_minimum_balance_hold',
                'payout_minimum_balance_release'
            )
{%- endmacro %}
