"""Ask the group that is served under a group file, from another process.

The file that says where goes when a group ends; a group that was killed leaves it and answers nobody,
which is told the same way: nothing is serving.
"""

import http.client
import json
from pathlib import Path
from typing import Any

HEADER = "x-sandbox-key"


class NotServingError(ValueError):
    """Nobody serves under this group file."""


class RefusedError(ValueError):
    """The running group says why it won't."""


def beside(group_file: Path) -> Path:
    return group_file.with_name(f"{group_file.name}.control.json")


def ask(group_file: Path, method: str, path: str, body: Any = None) -> Any:
    """What the running group answers. Waits as long as it takes: a large world is built in minutes."""
    file = beside(group_file)
    try:
        where = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotServingError(_nobody(group_file)) from None
    address = str(where["base_url"]).removeprefix("http://")
    connection = http.client.HTTPConnection(address)
    ended = f"the group under {group_file} ended before it answered"
    try:
        headers = {HEADER: where["key"], "content-type": "application/json"}
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
    except ConnectionRefusedError:
        raise NotServingError(_nobody(group_file)) from None
    except (OSError, http.client.HTTPException) as error:
        raise RefusedError(f"{ended} ({type(error).__name__})") from error
    finally:
        connection.close()
    if answer.status == 404:  # another program got the port of a group that was killed
        raise NotServingError(_nobody(group_file))
    if answer.status == 503:
        raise RefusedError(ended)
    if answer.status == 422:
        raise RefusedError(json.loads(text)["refused"])
    if answer.status != 200:
        raise RefusedError(
            f"the group under {group_file} failed ({answer.status}); what it printed says why"
        )
    return json.loads(text)


def _nobody(group_file: Path) -> str:
    return f"nothing is serving {group_file}"
