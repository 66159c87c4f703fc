"""What a template bank holds, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from mwp_solver.corpus.templates import LANGUAGES, Template
from mwp_solver.expression.syntax import Binary, Expression, Percent, Unary


def operation_count(tree: Expression) -> int:
    """How many ``+ - * / ^`` an expression has."""
    match tree:
        case Binary(_, left, right):
            return 1 + operation_count(left) + operation_count(right)
        case Unary(operand) | Percent(operand):
            return operation_count(operand)
    return 0


def family_lines(templates: Iterable[Template]) -> list[str]:
    """One line a family: its name, and for each language the number of templates and the grades."""
    return [
        f"{family}: " + "; ".join(_language_summary(group, language) for language in _languages(group))
        for family, group in _families(templates).items()
    ]


def markdown_tables(templates: Iterable[Template]) -> str:
    """The bank as Markdown tables: by family, by grade, by number of operations."""
    bank = list(templates)
    families = [
        [family, *_per_language(group), _grades(group), _span(operation_count(t.equation) for t in group)]
        for family, group in _families(bank).items()
    ]
    families.append(["**all**", *_per_language(bank), _grades(bank), _span(operation_count(t.equation) for t in bank)])
    by_grade = [
        [_grade_name(grade), *_per_language([t for t in bank if t.grade == grade])]
        for grade in sorted({t.grade for t in bank})
    ]
    operations = {t: operation_count(t.equation) for t in bank}
    by_operations = [
        [str(count), *_per_language([t for t in bank if operations[t] == count])]
        for count in sorted(set(operations.values()))
    ]
    return "\n\n".join(
        (
            _table(["Family", *LANGUAGES, "Grades", "Operations"], families),
            _table(["Grade", *LANGUAGES], by_grade),
            _table(["Operations", *LANGUAGES], by_operations),
        )
    )


def _families(templates: Iterable[Template]) -> dict[str, list[Template]]:
    families: dict[str, list[Template]] = {}
    for template in templates:
        families.setdefault(template.family, []).append(template)
    return families


def _languages(templates: Sequence[Template]) -> list[str]:
    present = {template.language for template in templates}
    return [language for language in LANGUAGES if language in present]


def _per_language(templates: Sequence[Template]) -> list[str]:
    counts = Counter(template.language for template in templates)
    return [str(counts[language]) for language in LANGUAGES]


def _language_summary(templates: Sequence[Template], language: str) -> str:
    group = [template for template in templates if template.language == language]
    grades = Counter(template.grade for template in group)
    listed = ", ".join(f"grade {grade}: {count}" for grade, count in sorted(grades.items()))
    return f"{language} {len(group)} ({listed})"


def _grades(templates: Sequence[Template]) -> str:
    return _span(template.grade for template in templates)


def _grade_name(grade: int) -> str:
    return "secondary (7)" if grade == 7 else str(grade)


def _span(values: Iterable[int]) -> str:
    found = set(values)
    if not found:
        return ""
    return str(min(found)) if len(found) == 1 else f"{min(found)}-{max(found)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
