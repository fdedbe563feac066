"""What objects and fields there are, of which kind, and how a value of one is written in a query."""

import re
from datetime import UTC, datetime
from typing import Any

from sandbox.salesforce.errors import OBJECTS, SalesforceError
from sandbox.world.salesforce_ids import checked
from sandbox.world.salesforce_render import BOOLEAN, TEXT

TIMES = {
    *("CreatedDate", "LastModifiedDate", "SystemModstamp"),
    *("Email_Opt_In_Date__c", "Email_Opt_Out_Date__c"),
}
REFERENCES = {
    *("MasterRecordId", "AccountId", "ParentId", "OwnerId", "ConvertedContactId"),
    "ConvertedAccountId",
}
KINDS = {"Id": "id", "Email": "email", "Website": "url", "ConvertedDate": "date"}
PHONES = {"Phone", "MobilePhone"}
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$")
FIELDS = {
    entity: {name.lower(): name for name in (*TEXT[table], *BOOLEAN[table])}
    for entity, table in OBJECTS.items()
}
ENTITIES = {entity.lower(): entity for entity in OBJECTS}


def kind_of(entity: str, field: str) -> str:
    if field in BOOLEAN[OBJECTS[entity]]:
        return "boolean"
    if field in TIMES:
        return "datetime"
    if field in REFERENCES:
        return "reference"
    return "phone" if field in PHONES else KINDS.get(field, "string")


def described(entity: str, fields: dict[str, str]) -> dict[str, Any]:
    """As ``/describe`` tells of an object, in the parts that a loader asks for."""
    listed = [
        {
            "name": name,
            "type": kind_of(entity, name),
            "custom": name.endswith("__c"),
            "externalId": name.startswith("Shopify_"),
            "filterable": True,
            "sortable": True,
        }
        for name in fields.values()
    ]
    return {
        "name": entity,
        "label": entity,
        "queryable": True,
        "replicateable": True,
        "custom": False,
        "fields": listed,
    }


def time_text(given: str) -> str:
    """As the fields are written, so that their texts compare as their times do."""
    try:
        moment = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        raise SalesforceError(400, "MALFORMED_QUERY", f"unexpected token: '{given}'") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def value_of(entity: str, field: str, token: str) -> Any:
    """The value that a literal is for a field; text stands in quotes, times and truths never do."""
    kind = kind_of(entity, field)
    is_quoted = token.startswith("'")
    wanted = {"boolean": "boolean", "datetime": "dateTime", "date": "date"}.get(kind)
    if token.lower() == "null":
        return None
    if (wanted is not None) == is_quoted or (kind == "datetime" and not TIME.match(token)):
        told = f"must be of type {wanted or 'string'} and should {'not ' if wanted else ''}be enclosed in quotes"
        message = f"value of filter criterion for field '{field}' {told}"
        raise SalesforceError(400, "INVALID_FIELD", message)
    if kind == "datetime":
        return time_text(token)
    if kind == "boolean":
        return token.lower() == "true"
    if not is_quoted:
        return token
    text = re.sub(r"\\(.)", r"\1", token[1:-1])
    return checked(text) if kind in ("id", "reference") and len(text) == 15 else text
