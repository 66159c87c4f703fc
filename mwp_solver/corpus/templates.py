"""The template bank: loaded from YAML and compiled once. ``data/templates/README.md`` is the format."""

from __future__ import annotations

import hashlib
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mwp_solver.corpus.template_files import LEXICON, NounTable, bank_files, noun_table, read_lexicon, read_yaml
from mwp_solver.corpus.template_numbers import (
    Computed,
    NumberSpec,
    names_in,
    parse_number,
)
from mwp_solver.corpus.template_requirements import Requirement, parse_requirement
from mwp_solver.corpus.template_texts import Nouns, Wording, compile_wording
from mwp_solver.errors import DataError, ExpressionError
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Expression, parse_expression
from mwp_solver.resources import data_path

LANGUAGES = ("zh", "en")
ANSWER_KINDS = ("whole", "number", "fraction", "percent")

_FILE_KEYS = {"family", "language", "nouns", "templates"}
_TEMPLATE_KEYS = {"id", "grade", "texts", "numbers", "require", "equation", "answer", "unit", "distractors"}
_REQUIRED_KEYS = ("id", "grade", "texts", "numbers", "equation", "answer")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One compiled template.

    Attributes:
        family: kind of problem, as shown to people.
        language: ``"zh"`` or ``"en"``.
        id: unique in its file.
        grade: 1-6, 7 for secondary school.
        texts: the wordings.
        numbers: name -> what to draw, in order.
        require: conditions on the numbers.
        equation: over the names of ``numbers``.
        pieces: the equation as text, cut at its names: every second piece is a name.
        answer: one of :data:`ANSWER_KINDS`.
        unit: the answer's unit, or ``None``.
        distractors: numbers in the text that the equation does not use.
        nouns: the tables that the noun slots draw from.
        source: the file.
    """

    family: str
    language: str
    id: str
    grade: int
    texts: tuple[Wording, ...]
    numbers: Mapping[str, NumberSpec]
    require: tuple[Requirement, ...]
    equation: Expression
    pieces: tuple[str, ...]
    answer: str
    unit: str | None
    distractors: tuple[str, ...]
    nouns: Nouns
    source: str

    def fault(self, message: str) -> DataError:
        """An error that names this template."""
        return DataError(message, f"{self.source}:{self.id}")


def load_bank(paths: Iterable[Path | str] | None = None) -> list[Template]:
    """Load templates.

    Args:
        paths: YAML files or folders of them; by default the bundled bank.

    Returns:
        The templates, in the order of the files (of a folder: by name).

    Raises:
        DataError: at the first fault, naming file and template.
    """
    templates, faults = read_bank(paths)
    if faults:
        raise faults[0]
    return templates


def read_bank(paths: Iterable[Path | str] | None = None) -> tuple[list[Template], list[DataError]]:
    """Load what can be loaded, and report every fault of the format; see :func:`load_bank`."""
    templates: list[Template] = []
    faults: list[DataError] = []
    for path in bank_files(paths):
        # The bundled files are known by name; where they are installed says nothing.
        source = path.name if paths is None else str(path)
        try:
            _read_file(path, source, templates, faults)
        except DataError as error:
            faults.append(error)
    return templates, faults


# The problem that names the family, and that everybody asks first: it must be taught.
_TAUGHT = {"鸡兔同笼/zh/heads-legs-ask-chickens"}


def is_held_out(template: Template) -> bool:
    """Whether a template belongs to the tenth that training never sees; the same on every machine."""
    name = f"{template.family}/{template.language}/{template.id}"
    return name not in _TAUGHT and int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % 10 == 0


def _read_file(path: Path, source: str, templates: list[Template], faults: list[DataError]) -> None:
    content = read_yaml(path)
    if not isinstance(content, dict) or not {"family", "language", "templates"} <= set(content) <= _FILE_KEYS:
        raise DataError("a template file has the keys family, language, templates and optionally nouns", source)
    family, language = content["family"], content["language"]
    if not isinstance(family, str) or not family.strip():
        raise DataError("family must be text", source)
    if language not in LANGUAGES:
        raise DataError(f"language must be one of {', '.join(LANGUAGES)}", source)
    if not isinstance(content["templates"], list):
        raise DataError("templates must be a list", source)
    own = path.with_name(LEXICON)
    nouns = read_lexicon(own if own.exists() else data_path("templates", LEXICON), language)
    try:
        nouns |= noun_table(content.get("nouns") or {}, language)
    except ValueError as error:
        raise DataError(str(error), source) from error
    ids: set[str] = set()
    for index, entry in enumerate(content["templates"]):
        name = entry.get("id") if isinstance(entry, dict) else None
        place = f"{source}:{name if isinstance(name, (str, int)) else f'template {index + 1}'}"
        try:
            template = _compile(entry, family.strip(), language, nouns, source)
            if template.id in ids:
                raise ValueError("the id stands twice in the file")
        except (ValueError, ExpressionError) as error:
            faults.append(DataError(str(error), place))
        else:
            ids.add(template.id)
            templates.append(template)


def _compile(entry: object, family: str, language: str, nouns: NounTable, source: str) -> Template:
    """Compile one entry of ``templates:``; raises ValueError or ExpressionError."""
    if not isinstance(entry, dict):
        raise ValueError("a template must be a mapping")
    if unknown := [key for key in entry if key not in _TEMPLATE_KEYS]:
        raise ValueError(f"unknown key {unknown[0]!r}; the keys are {', '.join(sorted(_TEMPLATE_KEYS))}")
    if missing := [key for key in _REQUIRED_KEYS if key not in entry]:
        raise ValueError(f"the key {missing[0]} is missing")
    if not isinstance(entry["id"], str) or not _ID.fullmatch(entry["id"]):
        raise ValueError(f"id {reprlib.repr(entry['id'])} must be kebab-case English")
    if type(entry["grade"]) is not int or not 1 <= entry["grade"] <= 7:
        raise ValueError("grade must be 1 to 7")
    if entry["answer"] not in ANSWER_KINDS:
        raise ValueError(f"answer must be one of {', '.join(ANSWER_KINDS)}")
    numbers = _numbers(entry["numbers"], nouns)
    texts = _strings(entry["texts"], "texts")
    if not 2 <= len(texts) <= 4:
        raise ValueError("texts must be 2 to 4 wordings")
    wordings = tuple(compile_wording(" ".join(text.split()), numbers, nouns, language) for text in texts)
    for slot in (slot for wording in wordings for slot in wording.number_slots):
        spec = numbers[slot.name]
        if slot.format == "ratio" and isinstance(spec, Computed):
            spec.ratio = True
    equation = _equation(entry["equation"], numbers)
    unit = entry.get("unit")
    if unit is not None and (not isinstance(unit, str) or "{" in unit):
        raise ValueError("unit must be plain text")
    return Template(
        family,
        language,
        entry["id"],
        entry["grade"],
        wordings,
        numbers,
        tuple(parse_requirement(text, numbers) for text in _strings(entry.get("require", []), "require")),
        equation,
        tuple(render_expression(equation, name=lambda name: f"\0{name}\0").split("\0")),
        entry["answer"],
        unit,
        tuple(_strings(entry.get("distractors", []), "distractors")),
        nouns,
        source,
    )


def _numbers(entries: object, nouns: Nouns) -> dict[str, NumberSpec]:
    if not isinstance(entries, dict):
        raise ValueError("numbers must map names to specifications")
    numbers: dict[str, NumberSpec] = {}
    for name, spec in entries.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(f"number name {name!r} must be lower-case English letters and digits; quote yes, no, on")
        if name.rstrip("23456789") in nouns:
            raise ValueError(f"number {name} has the name of a noun category")
        try:
            numbers[name] = parse_number(spec, numbers)
        except ExpressionError as error:
            raise ValueError(f"number {name}: {spec}: {error}") from error
        except ValueError as error:
            raise ValueError(f"number {name}: {error}") from error
    return numbers


def _equation(text: object, names: Mapping[str, object]) -> Expression:
    if not isinstance(text, (str, int, float)):
        raise ValueError("equation must be text")
    try:
        tree = parse_expression(str(text), names=names.keys())
    except ExpressionError as error:
        raise ValueError(f"equation {text}: {error}") from error
    if not names_in(tree):
        raise ValueError(f"equation {text}: uses no number of the template")
    return tree


def _strings(value: object, label: str) -> Sequence[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{label} must be a list of texts; quote one that YAML misreads")
    return value
