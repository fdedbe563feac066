"""Shopify's search syntax, as far as readers of a shop use it: ``field:>='value' AND field:value``."""

import re
from datetime import UTC, datetime

TERM = re.compile(r"(-?)([a-z_]+):(>=|<=|>|<|)\s*(?:'([^']*)'|\"([^\"]*)\"|(\S+))")
TIMES = {"updated_at": "updatedAt", "created_at": "createdAt", "processed_at": "processedAt"}
TEXTS = {
    "name": "name",
    "status": "status",
    "financial_status": "displayFinancialStatus",
    "fulfillment_status": "displayFulfillmentStatus",
    "return_status": "returnStatus",
    "email": "email",
    "sku": "sku",
    "product_type": "productType",
}


def where(query: str | None, columns: set[str]) -> tuple[str, list[object]]:
    """A SQL condition and its parameters; terms this shop doesn't know are ignored, as Shopify does."""
    conditions, values = ["true"], []
    for minus, name, operator, *quoted in TERM.findall(query or ""):
        value = next((text for text in quoted if text), "")
        found = _condition(name, operator or "=", value, columns)
        if found:
            conditions.append(f"not ({found[0]})" if minus else found[0])
            values.append(found[1])
    return " and ".join(conditions), values


def _condition(
    name: str, operator: str, value: str, columns: set[str]
) -> tuple[str, object] | None:
    if (column := TIMES.get(name)) in columns:
        return f'try_cast("{column}" as timestamptz) {operator} ?', _moment(value)
    if name == "id":
        return f"try_cast(split_part(id, '/', -1) as hugeint) {operator} ?", int(
            value.split("/")[-1]
        )
    if name == "test" and "test" in columns:
        return "test = ?", value.lower() == "true"
    if (column := TEXTS.get(name)) in columns:
        return f'lower("{column}") {operator} ?', value.lower()
    return None


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
