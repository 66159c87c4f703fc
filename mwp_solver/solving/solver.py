"""Question in, solution out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.answers import FormattedAnswer, answer_form, format_answer
from mwp_solver.errors import ModelError, MWPError
from mwp_solver.expression.steps import Step, working
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.model.backends.base import Backend, Hypothesis
from mwp_solver.model.checkpoint import read_encoding, read_manifest, verify_files
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.quantities import AnchoredQuestion, Quantity, used_quantities
from mwp_solver.resources import data_path
from mwp_solver.solving.rerank import Candidate, pooled, rank
from mwp_solver.text import normalize_with_offsets

if TYPE_CHECKING:
    import sympy

MAX_QUESTION = 2000
"""longest question, in characters"""


@dataclass(frozen=True, slots=True)
class SourceNumber:
    """A number of the question as it was typed.

    Attributes:
        text: the number as the model reads it.
        start: where it begins in the question as typed, in characters.
        end: where it ends (exclusive).
        used: whether the chosen expression uses it.
    """

    text: str
    start: int
    end: int
    used: bool


@dataclass(frozen=True, slots=True)
class Solution:
    """What came of one question.

    Attributes:
        question: as given.
        answer: the value in the form the question asks for, or ``None`` if no candidate had a value.
        value: exact, or ``None``.
        expression: the chosen expression with the question's numbers, or ``None``.
        steps: its working, one operation each.
        candidates: all that the model proposed, the chosen one first.
        confidence: the model's probability for the chosen value, over all candidates that have it, 0 to 1 (not
            calibrated).
        quantities: the question's numbers and which of them were used.
        options: the options that made this result.
    """

    question: str
    answer: FormattedAnswer | None
    value: sympy.Rational | None
    expression: str | None
    steps: tuple[Step, ...]
    candidates: tuple[Candidate, ...]
    confidence: float
    quantities: tuple[SourceNumber, ...]
    options: DecodingOptions

    @property
    def solved(self) -> bool:
        """Whether there is an answer."""
        return self.answer is not None

    def to_dict(self) -> dict[str, Any]:
        """Everything, in JSON's types; exact values as text."""
        return {
            "question": self.question,
            "answer": None if self.answer is None else str(self.answer),
            "value": None if self.value is None else str(self.value),
            "expression": self.expression,
            "steps": [str(step) for step in self.steps],
            "confidence": round(self.confidence, 4),
            "candidates": [
                {
                    "expression": candidate.expression,
                    "value": None if candidate.value is None else str(candidate.value),
                    "probability": round(candidate.probability, 4),
                    "score": round(candidate.score, 4),
                    "error": candidate.error,
                    "broken": list(candidate.broken),
                }
                for candidate in self.candidates
            ],
            "quantities": [
                {"text": number.text, "start": number.start, "end": number.end, "used": number.used}
                for number in self.quantities
            ],
        }


class Solver:
    """A loaded model that solves questions; make one with :meth:`from_pretrained`.

    Args:
        backend: a loaded network.
        encoding: how questions are written for it.
    """

    def __init__(self, backend: Backend, encoding: EncodingOptions) -> None:
        self.backend = backend
        self.encoding = encoding

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
            backend: ``ctranslate2``, ``torch``, or ``auto``: the run-time export if there is one, else torch.
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
        if backend not in ("auto", "ctranslate2", "torch"):
            raise ModelError(f"no backend {backend!r}; choose auto, ctranslate2 or torch")
        if backend == "torch" or (backend == "auto" and not (directory / "runtime").is_dir()):
            from mwp_solver.model.backends.torch import TorchBackend

            return cls(TorchBackend(directory, device), encoding)
        from mwp_solver.model.backends.ct2 import CT2Backend

        return cls(CT2Backend(directory, device, threads), encoding)

    def solve(self, question: str, options: DecodingOptions = DecodingOptions(), **overrides: Any) -> Solution:
        """Solve one question.

        Args:
            question: a word problem in Chinese or English, at most 2,000 characters.
            options: how to decode.
            **overrides: fields of the options to change for this call.

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
        encoded = [encode_question(question, self.encoding) for question in questions]
        found = self.backend.generate([item.text for item in encoded], options)
        return [
            self._solution(question, item, hypotheses, options)
            for question, item, hypotheses in zip(questions, encoded, found, strict=True)
        ]

    def _solution(
        self, question: str, item: AnchoredQuestion, hypotheses: Sequence[Hypothesis], options: DecodingOptions
    ) -> Solution:
        form = answer_form(question)
        candidates = rank(hypotheses, item, form, self.encoding, options)
        best = candidates[0] if candidates and candidates[0].value is not None else None
        used = used_quantities(best.anchored) if best and best.anchored is not None else set()
        numbers = tuple(_source_numbers(question, item.quantities, used))
        if best is None or best.value is None:
            return Solution(question, None, None, None, (), candidates, 0.0, numbers, options)
        return Solution(
            question=question,
            answer=format_answer(best.value, form),
            value=best.value,
            expression=best.expression,
            steps=working(parse_expression(best.expression)),
            candidates=candidates,
            confidence=pooled(candidates)[best.value],
            quantities=numbers,
            options=options,
        )


def check_question(question: object) -> None:
    """Raise MWPError unless this is text of a length that can be a problem."""
    if not isinstance(question, str):
        raise MWPError("a question must be text")
    if not question.strip():
        raise MWPError("the question is empty; type a word problem")
    if len(question) > MAX_QUESTION:
        raise MWPError(f"the question is longer than {MAX_QUESTION} characters; give one problem at a time")


def _source_numbers(question: str, quantities: Iterable[Quantity], used: set[int]) -> Iterable[SourceNumber]:
    normalized = normalize_with_offsets(question)
    for index, quantity in enumerate(quantities):
        start, end = normalized.original_span(quantity.start, quantity.end)
        yield SourceNumber(quantity.text, start, end, index in used)
