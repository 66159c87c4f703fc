"""What the readers share: a field that must be there, and must be text or a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mwp_solver.errors import DataError


def text_field(row: Mapping[str, Any], name: str) -> str:
    """The field as text, stripped; a number is written out plainly (``504.0`` is ``504``).

    Raises:
        DataError: if it is missing, empty or neither text nor a finite number.
    """
    text = optional_field(row, name)
    if text is None:
        raise DataError(f'field "{name}" is missing or empty')
    return text


def optional_field(row: Mapping[str, Any], name: str) -> str | None:
    """Like :func:`text_field`, but ``None`` if it is missing or empty (a blank text, NaN from a table).

    Raises:
        DataError: if it is neither text nor a finite number.
    """
    value = row.get(name)
    if value is None or isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise DataError(f'field "{name}" is neither text nor a number')
    if isinstance(value, (float, Decimal)):
        value = _plain(name, Decimal(str(value)))
    try:
        text = str(value).strip()
        text.encode()
    except ValueError as error:  # a lone surrogate, an integer of thousands of digits
        raise DataError(f'field "{name}" cannot be written as text') from error
    return text or None


def _plain(name: str, number: Decimal) -> str:
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise DataError(f'field "{name}" is no number of a school problem')
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
