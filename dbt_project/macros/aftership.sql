{# Shapes of AfterShip's API, for its staging models only. #}

{# Sub-statuses of a parcel that goes, or has come, back to who sent it
   (aftership.com/docs/tracking/enum/delivery-sub-statuses). #}
{% macro is_return_subtag(subtag) -%}
    coalesce({{ subtag }} in ('Exception_010', 'Exception_011'), false)
{%- endmacro %}
