"""YAML files of templates: read safely, with the faults that YAML itself would let pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import DataError
from mwp_solver.resources import data_path

if TYPE_CHECKING:
    from mwp_solver.corpus.template_texts import Noun

NounTable = dict[str, list["Noun"]]
LEXICON = "lexicon.yaml"


def bank_files(paths: Iterable[Path | str] | None = None) -> list[Path]:
    """The files of templates in ``paths``, YAML files or folders of them; by default the bundled bank's."""
    files: list[Path] = []
    for path in map(Path, [data_path("templates")] if paths is None else paths):
        if path.is_dir():
            files += sorted(file for file in path.glob("*.yaml") if file.name != LEXICON)
        else:
            files.append(path)
    return files


def read_yaml(path: Path) -> object:
    """Read one YAML document.

    Raises:
        DataError: if the file cannot be read, is not YAML, or has the same key twice in a mapping.
    """
    import yaml

    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())  # a SafeLoader: data only
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path) from error
    except UnicodeDecodeError as error:
        raise DataError("is not UTF-8 text", path) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        message = f"not valid YAML: {error.problem}; quote a value that YAML misreads"
        raise DataError(message, path, mark.line + 1 if mark else None) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # PyYAML lets through what int() and date() say of impossible values.
        raise DataError(f"not valid YAML: {error}", path) from error


def read_lexicon(path: Path, language: str) -> NounTable:
    """Read the noun tables of one language.

    Raises:
        DataError: if the file or an entry cannot be used.
    """
    return {category: list(table) for category, table in _lexicon(path).get(language, {}).items()}


def noun_table(entries: object, language: str) -> NounTable:
    """Compile a mapping of category to words such as ``苹果/个`` or ``apple/apples``.

    Raises:
        ValueError: if an entry is not of that kind.
    """
    if not isinstance(entries, dict):
        raise ValueError("nouns must map categories to lists of words")
    table: NounTable = {}
    for category, words in entries.items():
        if not isinstance(category, str) or not category.isascii() or not category.replace("_", "a").isalpha():
            raise ValueError(f"noun category {category!r} must be lower-case English letters")
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            raise ValueError(f"nouns of {category} must be a list of words; quote those that YAML misreads")
        if len(set(words)) != len(words):
            raise ValueError(f"nouns of {category}: a word stands twice")
        table[category] = [_noun(word, language) for word in words]
    return table


def _noun(word: str, language: str) -> Noun:
    parts = [part.strip() for part in word.split("/")]
    if len(parts) > 2 or not all(parts):
        raise ValueError(f"noun {word!r} must be written 名词/量词 (zh) or singular/plural (en)")
    if len(parts) == 1:
        return {"": parts[0]}
    return {"": parts[0], "m": parts[1]} if language == "zh" else {"": parts[1], "one": parts[0]}


@lru_cache(maxsize=8)
def _lexicon(path: Path) -> dict[str, NounTable]:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise DataError("must map zh and en to noun tables", path)
    try:
        return {language: noun_table(entries, language) for language, entries in content.items()}
    except ValueError as error:
        raise DataError(str(error), path) from error


@lru_cache(maxsize=1)
def _loader() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Mapping[object, object]:
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            for index, key in enumerate(keys):
                if key in keys[:index]:
                    # YAML would silently keep the last one.
                    raise yaml.constructor.ConstructorError(None, None, f"the key {key} stands twice", node.start_mark)
            mapping: Mapping[object, object] = super().construct_mapping(node, deep)
            return mapping

    return Loader
