{# The id in a Shopify gid ('gid://shopify/Order/5730000000001'): text end to end, because ids exceed
   2^53. Only Shopify's staging calls this; every later model sees plain ids. #}
{% macro gid_tail(gid) -%}
    split_part({{ gid }}, '/', -1)
{%- endmacro %}
