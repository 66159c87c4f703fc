"""Small template files for the tests."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

GOOD: dict[str, Any] = {
    "id": "share",
    "grade": 3,
    "texts": ["{name}把{a}个球平均分给{b}人，每人分到多少？", "共有{a}个球，{b}人平均分，一人得多少？"],
    "numbers": {"c": "2..30", "b": "2..20", "a": "= b * c"},
    "equation": "a/b",
    "answer": "number",
}


def write_bank(folder: Path, *changes: dict[str, Any], language: str = "zh", **keys: Any) -> Path:
    """Write a file with one template for each mapping of changes to :data:`GOOD`; a ``None`` drops a key.

    Only ``language`` and ``keys`` go to the file itself.
    """
    import yaml

    templates = []
    for change in changes or ({},):
        template = copy.deepcopy(GOOD) | change
        templates.append({key: value for key, value in template.items() if value is not None})
    path = folder / f"bank.{language}.yaml"
    content = {"family": "试题", "language": language, "templates": templates} | keys
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
