"""Lines of a file of a question set; what is wrong with one is said with the file and the number of the line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.dataset import DatasetError


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """(file:number, line) for each line that is not empty. Raises DatasetError for a file that cannot be read."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}:{number}", line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}); give a file of text in UTF-8") from None


def records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file:number, object) for each line of JSON."""
    for place, line in lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{place} is no JSON ({error}); mend or delete the line") from None
        if not isinstance(row, dict):
            raise DatasetError(f"{place} is no JSON object; mend or delete the line")
        yield place, row


def field(row: dict[str, Any], name: str, place: str) -> str:
    """row[name] as text. Raises DatasetError, with `place`, where it is missing or empty."""
    value = row.get(name)
    text = "" if value is None or isinstance(value, dict | list) else str(value)
    if not text.strip():
        raise DatasetError(f"{place} has no {name!r}; give one, or delete the line")
    return text
