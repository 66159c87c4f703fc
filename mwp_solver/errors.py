"""The errors this package raises on purpose; they are caught once, at the door (CLI, web page)."""

from __future__ import annotations


class MWPError(Exception):
    """Base class of every error that is the user's to read."""


class ExpressionError(MWPError):
    """An expression or answer that cannot be read or computed.

    Attributes:
        code: one of ``EXPRESSION_ERROR_CODES``, stable, for programs.
        position: 0-based character offset in the text given, or ``None`` if no one place is at fault.
    """

    def __init__(self, code: str, message: str, position: int | None = None) -> None:
        self.code = code
        self.position = position
        where = "" if position is None else f" (at character {position + 1})"
        super().__init__(message + where)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are copied between worker processes; the default would repeat the position.
        return (_rebuild_expression_error, (self.code, self.args[0], self.position))


def _rebuild_expression_error(code: str, message: str, position: int | None) -> ExpressionError:
    error = ExpressionError(code, "", None)
    error.args = (message,)
    error.position = position
    return error


EXPRESSION_ERROR_CODES = (
    "empty",
    "too_long",
    "too_many_tokens",
    "too_deep",
    "number_too_long",
    "token",
    "syntax",
    "ambiguous",
    "division_by_zero",
    "exponent_limit",
    "result_too_big",
    "not_exact",
    "type",
)


class DataError(MWPError):
    """A file or row that cannot be used.

    Attributes:
        source: the file (or ``-``), or ``None``.
        line: 1-based line or row number, or ``None``.
    """

    def __init__(self, message: str, source: object = None, line: int | None = None) -> None:
        self.source = None if source is None else str(source)
        self.line = line
        place = ":".join(str(part) for part in (self.source, line) if part is not None)
        super().__init__(f"{place}: {message}" if place else message)


class ModelError(MWPError):
    """A checkpoint that is missing, damaged or does not fit."""


class MissingExtraError(MWPError):
    """A feature whose optional packages are not installed.

    Args:
        feature: what was asked for, in words.
        extra: the extra of this package that brings it.
    """

    def __init__(self, feature: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{feature} needs optional packages; install them with: pip install 'mwp-solver[{extra}]'")
