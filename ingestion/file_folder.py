"""A folder of files at an account's address: over HTTP, or on this machine (``file:///...``).

A file that isn't there is ``Gone``; what else goes wrong is as for every request. A folder with an index lists
its files by name, when each was last written and its size in bytes.
"""

import base64
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from ingestion.auth import secret_of
from ingestion.errors import IncompleteLoad, MissingSecret, VendorError
from ingestion.group import Account
from ingestion.http import Client
from ingestion.patience import Patience
from ingestion.request import naive


class Gone(Exception):  # noqa: N818 an answer, not a failure
    """There is no such file, or not yet."""


class BasicAuth(httpx.Auth):
    """``<user>:<password>``, read per request."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def auth_flow(self, request: httpx.Request) -> Any:
        secret = secret_of(self.account)
        if ":" not in secret:
            raise MissingSecret(
                f"{self.account.secret_env} is not <user>:<password>; put the report user's there"
            )
        request.headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
        yield request


@dataclass(frozen=True)
class Listed:
    """A file as its folder's index has it."""

    name: str
    updated_at: datetime
    size: int


class Folder:
    """``vendor_date`` is the server's clock; a folder on this machine has none."""

    def __init__(
        self, account: Account, patience: Patience, auth: httpx.Auth, client: Client | None = None
    ) -> None:
        self.where = f"{account.system} {account.account}"
        address = urlsplit(account.base_url)
        self._path, self._client = Path(unquote(address.path)), client
        if address.scheme != "file" and client is None:
            self._client = Client(account, patience, auth)
        self._read = 0

    @property
    def requests(self) -> int:
        return self._client.requests if self._client else self._read

    @property
    def vendor_date(self) -> datetime | None:
        return self._client.vendor_date if self._client else None

    @property
    def now(self) -> datetime:
        """The server's clock as it last was, else ours; UTC without a zone."""
        return naive(self.vendor_date or datetime.now(UTC))

    def close(self) -> None:
        if self._client:
            self._client.close()

    def bytes_of(self, name: str, params: Mapping[str, str] | None = None) -> bytes:
        """A file whole, or what of it a server gives for ``params``; raises ``Gone``."""
        if self._client:
            try:
                return self._client.get(f"/{name}", params).content
            except VendorError as error:
                if error.status in (404, 410):
                    raise Gone(name) from None
                raise
        self._read += 1
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            raise Gone(name) from None

    def text_of(self, name: str, params: Mapping[str, str] | None = None) -> str:
        try:
            return self.bytes_of(name, params).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise VendorError(
                f"{self.where}: {name} is no UTF-8 text ({error.reason} at byte {error.start}); ask"
                " whoever writes the folder"
            ) from error

    def listed(self, index: str) -> Iterator[Listed]:
        """The index's files; one that is no index is refused."""
        try:
            answer = self.text_of(index)
        except Gone:
            raise VendorError(
                f"{self.where}: {index} isn't there; put it beside the files, or mend base_url"
            ) from None
        reader = csv.DictReader(io.StringIO(answer))
        if missing := {"name", "updated_at", "size"} - set(reader.fieldnames or ()):
            shown = answer[:80].replace("\n", " ")
            raise VendorError(
                f"{self.where}: {index} has no column {', '.join(sorted(missing))}; it begins '{shown}'"
            )
        for row in reader:
            try:
                at = naive(datetime.fromisoformat(row["updated_at"]))
                yield Listed(row["name"], at, int(row["size"]))
            except (TypeError, ValueError) as error:
                raise VendorError(f"{self.where}: {index}, '{row['name']}': {error}") from error

    def whole(self, file: Listed, folder: str = "") -> bytes:
        """A listed file of the size its index says; half a file is refused."""
        path = f"{folder}/{file.name}" if folder else file.name
        try:
            content = self.bytes_of(path)
        except Gone:
            raise IncompleteLoad(
                f"{self.where}: {path} is in the index and isn't there; load again, or ask whoever"
                " writes the folder"
            ) from None
        if len(content) != file.size:
            raise IncompleteLoad(
                f"{self.where}: {path} has {len(content)} bytes, its index promised {file.size};"
                " load again, or ask whoever writes the folder",
                expected=file.size,
                landed=len(content),
            )
        return content
