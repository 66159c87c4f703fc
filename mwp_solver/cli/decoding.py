"""The flags of decoding, shared by all commands that solve."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from mwp_solver.cli.fields import field_options
from mwp_solver.options import METHODS, DecodingOptions

_WITHOUT_FLAG = {"rules", "rule_penalty", "unused_penalty", "batch_size"}
FLAGS = tuple(field.name for field in fields(DecodingOptions) if field.name not in _WITHOUT_FLAG)
"""fields of the options that are flags; the others are tuned in evaluation/, or are the command's own"""


def decoding_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that adds a flag for each of :data:`FLAGS`."""
    return field_options(DecodingOptions, FLAGS, {"method": METHODS})(command)


def take_options(values: dict[str, Any], **more: Any) -> DecodingOptions:
    """Take the flags' values out of a command's values and make options of them.

    As many candidates are kept as the beam has, unless ``--n-best`` is given.

    Args:
        values: of the command; loses :data:`FLAGS`.
        **more: fields that the command sets itself.

    Raises:
        click.UsageError: naming the flag, if a value is out of range.
    """
    context = click.get_current_context()
    chosen = {name: values.pop(name) for name in FLAGS}
    if context.get_parameter_source("n_best") is click.core.ParameterSource.DEFAULT:
        chosen["n_best"] = chosen["beam_size"]
    try:
        return DecodingOptions(**chosen, **more)
    except ValueError as error:
        names = "|".join(FLAGS)
        message = re.sub(rf"\b(?:{names})\b", lambda name: "--" + name[0].replace("_", "-"), str(error))
        raise click.UsageError(message) from error
