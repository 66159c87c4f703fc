"""A solved problem as HTML: answer, expression, working, tree, alternatives."""

from __future__ import annotations

from collections.abc import Sequence

from mwp_solver.expression.mathml import mathml_equation, mathml_step
from mwp_solver.expression.steps import Step
from mwp_solver.solving.reading import Finding
from mwp_solver.solving.reading_kinds import KINDS
from mwp_solver.solving.verification import Verification
from mwp_solver.web.language import say
from mwp_solver.web.markup import note, text
from mwp_solver.web.tree_picture import tree_picture
from mwp_solver.web.view import Choice, Piece, View, color_class


def result_html(view: View, language: str) -> str:
    """The result of one question.

    Args:
        view: its contents.
        language: ``zh`` or ``en``.

    Returns:
        HTML in which all that came from outside is escaped; one element, without an empty line.
    """
    if view.tree is None:
        shown = note(say(view.message or "not_found", language), "bad") + _question(view.pieces, language)
        return f'<section class="result">{shown}</section>'
    parts = [
        note(say("unsure", language), "unsure") if view.message == "unsure" else "",
        _answer(view, language),
        _section("expression", language, _scrolled("expression", "formula", language, _formula(view))),
        _question(view.pieces, language),
        _section("working", language, steps_html(view.steps)) if view.steps else "",
        _verification(view.verification, language),
        "".join(_finding(finding, language) for finding in view.findings),
        _tree(view, language),
        _choices(view.choices, language),
    ]
    unsure = " unsure" if view.message == "unsure" else ""
    return (
        f'<section class="result{unsure}" data-question="{text(view.question)}" data-answer="{text(view.answer)}" '
        f'data-say="{text(say("answer", language))} {text(view.answer)}">{"".join(parts)}</section>'
    )


def steps_html(steps: Sequence[Step]) -> str:
    """A working as a numbered list of formulas."""
    lines = "".join(f"<li>{mathml_step(step)}</li>" for step in steps)
    return f'<ol class="steps formula">{lines}</ol>'


def _verification(verification: Verification | None, language: str) -> str:
    if verification is None:
        return ""
    comma = "，" if language == "zh" else ", "
    back = comma.join(f'<span class="formula">{mathml_step(step)}</span>' for step in verification.steps)
    outcome = text(say("comes_out", language).format(number=verification.number))
    return _section("verification", language, f'<p id="verification">{back}{comma}{outcome}</p>')


def _finding(finding: Finding, language: str) -> str:
    comma = "，" if language == "zh" else ", "
    steps = comma.join(f'<span class="formula">{mathml_step(step)}</span>' for step in finding.steps)
    outcome = say("reading_holds" if finding.holds else "reading_fails", language).format(number=finding.stated)
    name = KINDS[finding.kind][0 if language == "zh" else 1]
    return _section("reading", language, f'<p class="reading">{text(name)}{comma}{steps}{comma}{text(outcome)}</p>')


def _answer(view: View, language: str) -> str:
    both = f"{view.answer}\n{view.expression}"
    return (
        f'<div class="answer"><h2>{say("answer", language)}</h2><p id="answer">{text(view.answer)}</p>'
        f'<div class="actions"><button type="button" data-copy="{text(both)}" data-done="{say("copied", language)}">'
        f"{say('copy', language)}</button>"
        f'<button type="button" data-share="{text(view.question)}" data-done="{say("link_copied", language)}">'
        f"{say('share', language)}</button></div></div>"
    )


def _formula(view: View) -> str:
    return "" if view.tree is None else mathml_equation(view.tree, view.value, view.classes)


def _question(pieces: Sequence[Piece], language: str) -> str:
    if not pieces:
        return ""
    words = "".join(_piece(piece, language) for piece in pieces)
    return _section("numbers", language, f'<p id="numbers">{words}</p>')


def _piece(piece: Piece, language: str) -> str:
    if piece.number is None:
        return text(piece.text)
    css = color_class(piece.number) if piece.used else "unused"
    title = say("used" if piece.used else "unused", language)
    return f'<mark class="{css}" title="{title}">{text(piece.text)}</mark>'


def _tree(view: View, language: str) -> str:
    if view.tree is None:
        return ""
    picture = tree_picture(view.tree, view.classes, f"{say('tree', language)}: {view.expression}")
    return _section("tree", language, _scrolled("tree", "tree", language, picture)) if picture else ""


def _choices(choices: Sequence[Choice], language: str) -> str:
    if not choices:
        return ""
    rows = "".join(
        f'<li><span class="choice">{text(choice.answer)}</span> <span class="way">{text(choice.expression)}</span>'
        f'<span class="share">{choice.probability:.0%}</span>'
        f'<span class="bar" aria-hidden="true"><span style="width:{choice.probability:.0%}"></span></span></li>'
        for choice in choices
    )
    return _section(
        "alternatives",
        language,
        f'<ol class="choices" id="alternatives">{rows}</ol><p class="small">{say("note", language)}</p>',
    )


def _scrolled(key: str, css: str, language: str, inner: str) -> str:
    """Something that may be wider than a phone: it can be scrolled, also by keyboard."""
    return f'<div class="{css}" id="{key}" role="group" aria-label="{say(key, language)}" tabindex="0">{inner}</div>'


def _section(key: str, language: str, inner: str) -> str:
    return f"<h3>{say(key, language)}</h3>{inner}"
