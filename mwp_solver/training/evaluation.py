"""Value accuracy of a network in training: greedy outputs, executed, against the keys' values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mwp_solver.anchoring import AnchoredQuestion, resolve
from mwp_solver.answers import grade_answer
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.model.encoding import decode_output, encode_question
from mwp_solver.model.tokenizer import decode_ids
from mwp_solver.options import EncodingOptions
from mwp_solver.problem import Problem
from mwp_solver.training.examples import MAX_SOURCE

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import MT5ForConditionalGeneration


def greedy_outputs(
    network: MT5ForConditionalGeneration, tokenizer: Tokenizer, texts: Sequence[str], *, batch_size: int = 64
) -> list[str]:
    """What the network writes for each input text, at most 48 tokens."""
    import torch

    ids = [encoding.ids[-MAX_SOURCE:] for encoding in tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    outputs = [""] * len(ids)
    device = next(network.parameters()).device
    with torch.no_grad():
        for start in range(0, len(order), batch_size):
            chunk = order[start : start + batch_size]
            width = max(len(ids[index]) for index in chunk)
            batch = torch.tensor([ids[i] + [0] * (width - len(ids[i])) for i in chunk], device=device)
            generated = network.generate(
                input_ids=batch, attention_mask=(batch != 0).long(), max_new_tokens=48, do_sample=False, num_beams=1
            )
            for index, row in zip(chunk, generated.tolist(), strict=True):
                outputs[index] = decode_ids(tokenizer, row)
    return outputs


def value_verdicts(
    network: MT5ForConditionalGeneration,
    tokenizer: Tokenizer,
    problems: Sequence[Problem],
    encoding: EncodingOptions,
) -> list[bool]:
    """For each problem whether the greedy output has exactly the value of the key (equation, else answer)."""
    questions = [encode_question(problem.question, encoding) for problem in problems]
    network.eval()
    outputs = greedy_outputs(network, tokenizer, [question.text for question in questions])
    return [
        _is_right(problem, question, output, encoding)
        for problem, question, output in zip(problems, questions, outputs, strict=True)
    ]


def _is_right(problem: Problem, question: AnchoredQuestion, output: str, encoding: EncodingOptions) -> bool:
    try:
        tree = resolve(decode_output(output, question.quantities, encoding), question.quantities)
        value = evaluate_expression(tree)
    except ExpressionError:
        return False
    try:
        if problem.equation is not None:
            return bool(value == evaluate_expression(problem.equation))
    except ExpressionError:
        pass  # the answer may still be a key
    try:
        return problem.answer is not None and grade_answer(value, problem.answer, problem.question).correct
    except ExpressionError:
        return False
