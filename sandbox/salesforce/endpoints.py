"""An organisation's endpoints as faults name them: queries by their object, the rest by path."""

from urllib.parse import parse_qs

from sandbox.faults import PAGE_KINDS
from sandbox.salesforce.errors import OBJECTS
from sandbox.salesforce.fields import ENTITIES
from sandbox.salesforce.limits import VERSION

ROOT = f"/services/data/{VERSION}"
TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 a path
ENDPOINTS = (
    *("contacts", "leads", "accounts", "counts", "deletions", "descriptions", "limits"),
    *("query_jobs", "query_results", "access_token"),
)
PAGELESS = dict.fromkeys(PAGE_KINDS, "it has no pages")
REFUSED = dict.fromkeys(
    ("counts", "deletions", "descriptions", "limits", "query_jobs"), PAGELESS
) | {"access_token": {**PAGELESS, "missing_scope": "it is what grants"}}
BY_ENDING = {"deleted": "deletions", "describe": "descriptions", "limits": "limits"}
# What continues a query says in its locator which object it is of: nothing is looked up to tell endpoints apart.
LETTERS = {"Contact": "C", "Lead": "L", "Account": "A"}
BY_LETTER = {letter: OBJECTS[entity] for entity, letter in LETTERS.items()}


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, body
    if path == TOKEN_PATH:
        return "access_token"
    parts = path.removeprefix(ROOT).strip("/").split("/")
    if parts[:2] == ["jobs", "query"]:
        return "query_results" if parts[-1] == "results" else "query_jobs"
    if parts[0] not in ("query", "queryAll"):
        return BY_ENDING.get(parts[-1], "")
    if len(parts) > 1:
        return BY_LETTER.get(parts[1][3:4], "")
    text = parse_qs(query).get("q", [""])[0].lower()
    if "count()" in text.replace(" ", ""):
        return "counts"
    named = text.partition(" from ")[2].split()
    return OBJECTS.get(ENTITIES.get(named[0] if named else "", ""), "")
