"""Where the work is done: on a cluster, by Ray Data.

One task on this machine reads the rows and sends them out, a chunk a block; actors, each with one solver, take
blocks as they get free; outcomes come back here in the order of the rows. All three run at once, and Ray holds
the reader back while the actors are busy, so that memory does not grow with the rows. Chunks are those of
:class:`~mwp_solver.batch.engine.LocalEngine`, and so are the predictions.
"""

from __future__ import annotations

import json
import logging
import math
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, astuple
from importlib import import_module
from typing import Any

from mwp_solver import __version__
from mwp_solver.batch.sources import Item
from mwp_solver.batch.work import Load, Outcome, Worker
from mwp_solver.errors import MissingExtraError, MWPError
from mwp_solver.options import ClusterOptions, DecodingOptions
from mwp_solver.problem import Problem

_COLUMNS = _NUMBER, _FAILED, _TEXT = "number", "failed", "text"
_Row = tuple[int, bool, str]  # a chunk's number, and its items or outcomes as JSON, or why there are none


class RayEngine:
    """Works on a cluster; see :class:`mwp_solver.batch.engine.Engine`.

    Args:
        load: makes a solver; must be importable by name on every machine.
        options: how to decode.
        workers: actors, each of which loads the solver once.
        cluster: where they run, and what each of them takes.

    Raises:
        MissingExtraError: without Ray Data.
    """

    def __init__(
        self, load: Load, options: DecodingOptions, workers: int = 1, cluster: ClusterOptions = ClusterOptions()
    ) -> None:
        self.load, self.options, self.workers, self.cluster = load, options, workers, cluster
        _ray()

    def run(self, chunks: Iterable[Sequence[Item]]) -> Iterator[list[Outcome]]:
        """The outcomes of each chunk, in the order of the chunks.

        Args:
            chunks: travels to the task that reads; each time it is iterated over it gives the same.

        Raises:
            MWPError: if the cluster is too small, an actor cannot load its solver, or Ray gives up on a block.
        """
        ray = _ray()
        with _connected(self.workers, self.cluster):
            try:
                waiting: dict[int, tuple[bool, str]] = {}  # Ray keeps the order; should it not, the numbers do
                place = 0
                for block in self._plan(chunks).iter_batches(batch_size=None, batch_format="pyarrow"):
                    waiting |= {row[_NUMBER]: (row[_FAILED], row[_TEXT]) for row in block.to_pylist()}
                    while place in waiting:
                        failed, text = waiting.pop(place)
                        if failed:
                            raise MWPError(text)
                        yield [Outcome(*fields) for fields in json.loads(text)]
                        place += 1
            except ray.exceptions.RayError as error:
                reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
                raise MWPError(
                    f"the cluster gave up ({reason[0]}); start the same command again to continue"
                ) from error
            if waiting:
                raise MWPError("the cluster lost a block; start the same command again to continue")

    def _plan(self, chunks: Iterable[Sequence[Item]]) -> Any:
        """The outcomes as a dataset that is computed while it is iterated over."""
        data = import_module("ray.data")
        ray, cluster = _ray(), self.cluster
        # The reader needs the files, which lie here. It takes no CPU: a pool as large as the CPUs would starve it.
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        for handler in logging.getLogger("ray.data").handlers:  # on a terminal there is a bar; the files keep all
            if isinstance(handler, logging.StreamHandler):
                handler.setLevel(logging.ERROR)
        with ExitStack() as stack, warnings.catch_warnings():
            # Ray warns of what itself does. 2.64 is to take no limit of retries; what instead is not said yet.
            warnings.simplefilter("ignore", DeprecationWarning)
            context = data.DataContext.get_current().copy()
            context.execution_options.preserve_order = True
            context.target_max_block_size = 1  # every row, which is a chunk, becomes a block
            context.retried_map_errors, context.max_map_retries = True, cluster.block_retries
            context.enable_progress_bars = False
            stack.enter_context(data.DataContext.current(context))
            rows = data.from_items([0], override_num_blocks=1).map_batches(
                _read, batch_size=None, fn_args=(chunks,), num_cpus=0, label_selector=here
            )
            return rows.map_batches(
                _Actor,
                batch_size=None,
                fn_constructor_args=(self.load, self.options, __version__),
                compute=data.ActorPoolStrategy(size=self.workers),
                num_cpus=cluster.actor_cpus,
                num_gpus=cluster.actor_gpus,
                max_restarts=-1,
                max_task_retries=cluster.block_retries,
            )


class _Actor:
    """Holds one solver, and works on the chunks that come to it."""

    def __init__(self, load: Load, options: DecodingOptions, version: str) -> None:
        self.worker = Worker(load, options)
        self.version = version

    def __call__(self, block: dict[str, Any]) -> dict[str, Any]:
        return _block([self._work(int(row[0]), *row[1:]) for row in zip(*map(block.get, _COLUMNS), strict=True)])

    def _work(self, number: int, failed: bool, text: str) -> _Row:
        if failed:
            return number, True, text
        try:
            if self.version != __version__:
                raise MWPError(f"a machine of the cluster has mwp-solver {__version__}, this one has {self.version}")
            outcomes = self.worker([_item(**fields) for fields in json.loads(text)])
        except MWPError as error:  # Ray need not try this again: it would be no better
            return number, True, str(error)
        return number, False, json.dumps([astuple(one) for one in outcomes], ensure_ascii=False)


def _read(_: object, chunks: Iterable[Sequence[Item]]) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        for chunk in chunks:
            yield _block([(number, False, json.dumps([asdict(item) for item in chunk], ensure_ascii=False))])
            number += 1
    except MWPError as error:
        yield _block([(number, True, str(error))])


def _block(rows: Sequence[_Row]) -> dict[str, Any]:
    return dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))


def _item(problem: dict[str, Any] | None, **fields: Any) -> Item:
    return Item(problem=None if problem is None else Problem(**problem), **fields)


@contextmanager
def _connected(workers: int, cluster: ClusterOptions) -> Iterator[None]:
    """A connection to Ray: the one there is, or one that ends with the block."""
    ray = _ray()
    if ray.is_initialized():
        _check_size(workers, cluster)
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing goes out but by the user's wish
    address = cluster.ray_address or os.environ.get("RAY_ADDRESS") or "local"
    size: dict[str, Any] = {}
    if address == "local":
        # CPUs are what Ray counts, not what it holds anyone to; so there is always room for the actors.
        size = {"num_cpus": max(os.cpu_count() or 1, math.ceil(workers * cluster.actor_cpus))}
        size["include_dashboard"] = False
    try:
        ray.init(address, logging_level="ERROR", log_to_driver=False, **size)
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        raise MWPError(f"no connection to Ray at {address}: {error}") from error
    try:
        _check_size(workers, cluster)
        yield
    finally:
        ray.shutdown()


def _check_size(workers: int, cluster: ClusterOptions) -> None:
    there = _ray().cluster_resources()
    for kind, flag, each in (("CPU", "--actor-cpus", cluster.actor_cpus), ("GPU", "--actor-gpus", cluster.actor_gpus)):
        have, need = there.get(kind, 0), workers * each
        if need > have:
            # Actors that find no room would be waited for without end.
            raise MWPError(
                f"{workers} actors with {each:g} {kind}s each need {need:g}, and the cluster has {have:g};"
                f" lower --workers or {flag}"
            )


def _ray() -> Any:
    try:
        import_module("ray.data")
        return import_module("ray")
    except ImportError as error:
        raise MissingExtraError("--engine ray", "ray") from error
