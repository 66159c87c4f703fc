"""One solver in many threads and processes, in batches of any size: the answers are those it gives alone."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mwp_solver.corpus.files import read_problems
from mwp_solver.resources import data_path
from mwp_solver.solving.solver import Solution, Solver

QUESTIONS = [problem.question for problem in read_problems(data_path("samples.jsonl"))][:60]


@pytest.fixture(scope="module")
def solver() -> Solver:
    return Solver.from_pretrained(threads=1)


def seen(solution: Solution) -> tuple[Any, ...]:
    """What of a solution must be the same."""
    return solution.status, str(solution.answer), solution.value, solution.expression


@pytest.fixture(scope="module")
def alone(solver: Solver) -> list[tuple[Any, ...]]:
    return [seen(solver.solve(question)) for question in QUESTIONS]


def test_again_is_the_same_to_the_last_bit(solver: Solver) -> None:
    first, second = ([solver.solve(question).to_dict() for question in QUESTIONS[:20]] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("size", [7, 60])
def test_batches_of_any_size(solver: Solver, alone: list[tuple[Any, ...]], size: int) -> None:
    solutions = [
        solution
        for start in range(0, len(QUESTIONS), size)
        for solution in solver.solve_batch(QUESTIONS[start : start + size], batch_size=size)
    ]
    assert [seen(solution) for solution in solutions] == alone
    backwards = solver.solve_batch(QUESTIONS[::-1], batch_size=size)
    assert [seen(solution) for solution in backwards] == alone[::-1]


def test_several_threads_inside(alone: list[tuple[Any, ...]]) -> None:
    wide = Solver.from_pretrained(threads=2, verify=False)
    assert [seen(solution) for solution in wide.solve_batch(QUESTIONS)] == alone


def test_32_threads_share_one_solver(solver: Solver, alone: list[tuple[Any, ...]]) -> None:
    def work(number: int) -> list[tuple[Any, ...]]:
        mine = QUESTIONS[number % 8 :: 8]
        if number % 2:
            return [seen(solution) for solution in solver.solve_batch(mine)]
        return [seen(solver.solve(question)) for question in mine]

    with ThreadPoolExecutor(32) as pool:
        for number, found in enumerate(pool.map(work, range(32))):
            assert found == alone[number % 8 :: 8]


def _work(solver: Solver, results: Any) -> None:
    results.put([seen(solution) for solution in solver.solve_batch(QUESTIONS[:10])])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
@pytest.mark.parametrize("threads", [1, 2])
def test_forked_workers(alone: list[tuple[Any, ...]], threads: int) -> None:
    solver = Solver.from_pretrained(threads=threads, verify=False)
    solver.solve(QUESTIONS[0])  # its threads are at work before the fork
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=_work, args=(solver, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        found = [results.get(timeout=120) for _ in workers]
    finally:
        for worker in workers:
            worker.join(10)
            worker.kill()
    assert found == [alone[:10]] * 3
    assert seen(solver.solve(QUESTIONS[1])) == alone[1]
