"""Where the work is done: in this process, or in several on this machine. Results come in the order of the rows."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Protocol

from mwp_solver.batch.sources import Item
from mwp_solver.batch.work import Load, Outcome, Worker
from mwp_solver.errors import MWPError
from mwp_solver.options import DecodingOptions

_AHEAD = 3
"""chunks a process that are read ahead: enough to keep all busy, few enough to keep memory flat"""


class Engine(Protocol):
    """Something that works on chunks of rows."""

    def run(self, chunks: Iterable[Sequence[Item]]) -> Iterator[list[Outcome]]:
        """The outcomes of each chunk, in the order of the chunks."""
        ...


class LocalEngine:
    """Works on this machine.

    Args:
        load: makes a solver; must be importable by name if there are several processes.
        options: how to decode.
        workers: processes; 1 works in this one.
    """

    def __init__(self, load: Load, options: DecodingOptions, workers: int = 1) -> None:
        self.load, self.options, self.workers = load, options, workers

    def run(self, chunks: Iterable[Sequence[Item]]) -> Iterator[list[Outcome]]:
        """See :class:`Engine`.

        Raises:
            MWPError: if a process dies, or a solver cannot be loaded.
        """
        if self.workers == 1:
            yield from map(Worker(self.load, self.options), chunks)
            return
        pool = ProcessPoolExecutor(
            self.workers, mp_context=get_context("spawn"), initializer=_start, initargs=(self.load, self.options)
        )
        waiting: deque[Future[list[Outcome]]] = deque()
        try:
            for chunk in chunks:
                waiting.append(pool.submit(_work, chunk))
                if len(waiting) >= self.workers * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise MWPError(
                "a worker process died (out of memory?); start the same command again to continue,"
                " perhaps with fewer --workers"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_worker: Worker | None = None


def _start(load: Load, options: DecodingOptions) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = Worker(load, options)


def _end_with_parent() -> None:
    # A parent that is killed cannot tell its pool, which would wait for work for ever.
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _work(items: Sequence[Item]) -> list[Outcome]:
    assert _worker is not None
    return _worker(items)
