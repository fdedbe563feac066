{# Shapes of Shopify's API, for its staging models only. #}

{# The id in a gid ('gid://shopify/Order/5730000000001'): text end to end, because ids exceed 2^53. #}
{% macro gid_tail(gid) -%}
    split_part({{ gid }}, '/', -1)
{%- endmacro %}

{# A MoneyBag holds one amount twice: in the shop's currency and in the one the buyer saw. Shopify
   prints major units as text, so nothing is divided here. #}
{% macro money_bag(path, name) -%}
    cast({{ path }}__shop_money__amount as decimal(38, 4)) as {{ name }}_amount,
        cast({{ path }}__presentment_money__amount as decimal(38, 4)) as {{ name }}_amount_presentment
{%- endmacro %}

{# What hangs on an order carries the order's gid and version, however deep it lies in it. #}
{% macro current_children(schema, table, key=['id']) -%}
    {{ children_of('stg_shopify__orders', 'order_gid', schema, table, 'order_id', key) }}
{%- endmacro %}
