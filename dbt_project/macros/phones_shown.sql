{# The last digits of a number as somebody typed it: enough to see that two systems have two numbers, not to
   say whose it is. Identity has E.164. #}
{% macro last_digits(phone, count) -%}
    {%- set marks = [' ', '-', '(', ')', '/', '.', '+'] -%}
    {%- set stripped = namespace(sql="coalesce(" ~ phone ~ ", '')") -%}
    {%- for mark in marks -%}
        {%- set stripped.sql = "replace(" ~ stripped.sql ~ ", '" ~ mark ~ "', '')" -%}
    {%- endfor -%}
    nullif(
            substring({{ stripped.sql }}, greatest(length({{ stripped.sql }}) - {{ count - 1 }}, 1), {{ count }}),
            ''
        )
{%- endmacro %}
