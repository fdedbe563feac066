{# The engine's own word for text: `text` on DuckDB and Postgres, `string` on Spark. #}
{% macro to_text(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}
