"""Question in, solution out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mwp_solver.anchoring import AnchoredQuestion, anchor_expression, resolve, used_quantities
from mwp_solver.answers import AnswerForm, answer_form, format_answer
from mwp_solver.errors import ModelError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.order import added_first
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import working
from mwp_solver.expression.syntax import Expression, parse_expression
from mwp_solver.model.backends.base import Backend, Hypothesis
from mwp_solver.model.checkpoint import read_encoding, read_manifest, verify_files
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.resources import data_path
from mwp_solver.solving.decision import Decision, read_decision
from mwp_solver.solving.reading import borne_out, findings
from mwp_solver.solving.rerank import Candidate, rank
from mwp_solver.solving.screening import MAX_QUESTION, Screening, check_question, screen
from mwp_solver.solving.solution import Solution, SourceNumber, no_solution, source_numbers
from mwp_solver.solving.verification import verify
from mwp_solver.text import normalize_question

__all__ = ["MAX_QUESTION", "Solution", "Solver", "SourceNumber", "check_question"]


class Solver:
    """A loaded model that solves questions; make one with :meth:`from_pretrained`.

    Args:
        backend: a loaded network.
        encoding: how questions are written for it.
        decision: its re-ranker and calibration, if it has any.
        manifest: of the checkpoint it came from; reports name the model by it.
    """

    def __init__(
        self,
        backend: Backend,
        encoding: EncodingOptions,
        decision: Decision = Decision(),
        manifest: Mapping[str, Any] | None = None,
    ) -> None:
        self.backend = backend
        self.encoding = encoding
        self.decision = decision
        self.manifest = manifest

    @classmethod
    def from_pretrained(
        cls,
        path_or_name: str | Path = "default",
        *,
        backend: str = "auto",
        device: str = "auto",
        threads: int = 0,
        verify: bool = True,
    ) -> Solver:
        """Load a model.

        Args:
            path_or_name: a checkpoint directory, or ``"default"`` for the one that comes with the package.
            backend: ``ctranslate2``, ``torch`` (the first network only), or ``auto``: the run-time export if there is
                one, else torch.
            device: ``auto``, ``cpu`` or ``cuda``.
            threads: of the ctranslate2 backend on a CPU; 0 takes all cores.
            verify: check every file against the manifest's sha256 first.

        Raises:
            ModelError: if the model is missing, damaged or does not fit.
            MissingExtraError: if the backend's packages are not installed.
        """
        directory = data_path("model") if path_or_name == "default" else Path(path_or_name)
        manifest = read_manifest(directory)
        encoding = read_encoding(manifest)
        if verify:
            verify_files(directory, manifest)
        decision = read_decision(directory, manifest)
        if backend not in ("auto", "ctranslate2", "torch"):
            raise ModelError(f"no backend {backend!r}; choose auto, ctranslate2 or torch")
        if backend == "torch" or (backend == "auto" and not (directory / "runtime").is_dir()):
            from mwp_solver.model.backends.torch import TorchBackend

            return cls(TorchBackend(directory, device), encoding, decision, manifest)
        from mwp_solver.model.backends.committee import load_runtime

        return cls(load_runtime(directory, manifest, device, threads), encoding, decision, manifest)

    def solve(self, question: str, options: DecodingOptions = DecodingOptions(), **overrides: Any) -> Solution:
        """Solve one question.

        Args:
            question: a word problem in Chinese or English, at most 2,000 characters.
            options: how to decode.
            **overrides: fields of the options to change for this call.

        Returns:
            The solution; its ``status`` says whether there is an answer and whether to trust it.

        Raises:
            MWPError: if the question is no text, empty or too long.
        """
        return self.solve_batch([question], options, **overrides)[0]

    def solve_batch(
        self, questions: Sequence[str], options: DecodingOptions = DecodingOptions(), **overrides: Any
    ) -> list[Solution]:
        """Solve several questions together; arguments as for :meth:`solve`, results in the order given."""
        options = replace(options, **overrides) if overrides else options
        if options.method == "greedy":
            options = replace(options, beam_size=1, n_best=1)
        questions = list(questions)
        for question in questions:
            check_question(question)
        # One question after the other: both parts read its normalised text.
        prepared = [
            (
                screen(question) if options.screen else Screening(True, "problem"),
                encode_question(question, self.encoding),
            )
            for question in questions
        ]
        screened, encoded = [seen for seen, _ in prepared], [item for _, item in prepared]
        asked = [index for index, seen in enumerate(screened) if seen.ok and seen.expression is None]
        found = self.backend.generate([encoded[index].text for index in asked], options) if asked else []
        hypotheses = dict(zip(asked, found, strict=True))
        return [
            self._solution(question, encoded[index], hypotheses[index], options)
            if index in hypotheses
            else _without_network(question, encoded[index], screened[index], options)
            for index, question in enumerate(questions)
        ]

    def _solution(
        self, question: str, item: AnchoredQuestion, hypotheses: Sequence[Hypothesis], options: DecodingOptions
    ) -> Solution:
        form = answer_form(question)
        candidates = rank(hypotheses, item, form, self.encoding, options, self.decision)
        if options.reading and options.method in ("vote", "sample-vote"):
            candidates = _borne_out_first(candidates, question, form)
        best = candidates[0] if candidates else None
        if best is None or best.value is None:
            numbers = source_numbers(question, item.quantities, set())
            return no_solution(question, "unsolved", "unsolved", numbers, options, candidates)
        shown, tree = _for_pupils(best.anchored, item), parse_expression(best.expression)
        if shown is not best.anchored and shown is not None:
            tree = resolve(shown, item.quantities)
        used = used_quantities(shown) if shown is not None else set()
        answer = format_answer(best.value, form)
        rounded = answer.approximate or (form.rounding is not None and best.value.q != 1)
        found = () if rounded else findings(normalize_question(question), form, best.value)
        # What the question's own words bear out needs no confidence; what they contradict has none.
        held = [finding.holds for finding in found] if options.reading else []
        threshold = self.decision.unsure_below if options.unsure_below is None else options.unsure_below
        return Solution(
            question=question,
            answer=answer,
            value=best.value,
            expression=best.expression if shown is best.anchored else render_expression(tree),
            steps=working(tree),
            candidates=candidates,
            confidence=best.confidence,
            quantities=source_numbers(question, item.quantities, used),
            options=options,
            verification=None if rounded or shown is None else verify(shown, item, best.value),
            anchored=shown,
            findings=found,
            status="unsure" if not all(held) or not held and best.confidence < threshold else "solved",
        )


def _borne_out_first(candidates: tuple[Candidate, ...], question: str, form: AnswerForm) -> tuple[Candidate, ...]:
    """The candidates, those first whose value the question's words bear out if they contradict the first."""
    values = list(dict.fromkeys(candidate.value for candidate in candidates if candidate.value is not None))
    value = borne_out(normalize_question(question), form, values)
    if value is None:
        return candidates
    return tuple(sorted(candidates, key=lambda candidate: candidate.value != value))


def _for_pupils(anchored: Expression | None, question: AnchoredQuestion) -> Expression | None:
    """The tree in an order that does not fall below zero on the way; the same tree if that is not needed."""
    if anchored is None:
        return None
    from sympy import Rational

    quantities = enumerate(question.quantities)
    return added_first(anchored, {f"n{i}": Rational(q.numerator, q.denominator) for i, q in quantities})


def _without_network(question: str, item: AnchoredQuestion, screening: Screening, options: DecodingOptions) -> Solution:
    """What comes of an input that is no problem, or one that only has to be computed."""
    if screening.expression is None:
        numbers = source_numbers(question, item.quantities, set())
        return no_solution(question, "no_problem", screening.code, numbers, options)
    tree: Expression = added_first(screening.expression)
    value = evaluate_expression(tree)
    return Solution(
        question=question,
        answer=format_answer(value, answer_form(question)),
        value=value,
        expression=render_expression(tree),
        steps=working(tree),
        candidates=(),
        confidence=1.0,
        quantities=source_numbers(question, item.quantities, used_quantities(anchor_expression(tree, item.quantities))),
        options=options,
        status="computed",
    )
