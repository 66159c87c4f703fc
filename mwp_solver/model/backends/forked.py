"""Something that does not survive a fork, made anew in every process that uses it."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """Makes a thing at once, and once more in each forked process that asks for it.

    A forked process has its parent's memory but none of its threads; what works by threads of its own would be waited
    for for ever.

    Args:
        make: makes the thing.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._thing: T | None = make()
        _all.add(self)

    def get(self) -> T:
        """The thing of this process."""
        if (thing := self._thing) is not None:
            return thing
        with self._lock:
            if self._thing is None:
                self._thing = self._make()
            return self._thing

    def _forget(self) -> None:
        import ctypes

        # Kept for ever: to destroy it would be to wait for its threads.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._thing))
        self._lock = threading.Lock()  # another thread of the parent may have held it
        self._thing = None


_all: weakref.WeakSet[PerProcess[Any]] = weakref.WeakSet()


def _forget_all() -> None:
    for one in _all:
        one._forget()


if hasattr(os, "register_at_fork"):  # not on Windows, where there are no forks
    os.register_at_fork(after_in_child=_forget_all)
