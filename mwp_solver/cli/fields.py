"""Command-line options from the fields of an options dataclass: names, defaults and help stand there alone."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def field_help(options: type) -> dict[str, str]:
    """The docstring under each field of a dataclass."""
    body = ast.parse(inspect.getsource(options)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: doc.value.value
        for field, doc in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(doc, ast.Expr)
        and isinstance(doc.value, ast.Constant)
        and isinstance(doc.value.value, str)
    }


def field_options(
    options: type, only: Collection[str] | None = None, choices: Mapping[str, Sequence[str]] | None = None
) -> Callable[[Command], Command]:
    """A decorator that adds ``--field-name`` for each field; a tuple field may be given several times.

    Args:
        options: the dataclass.
        only: names of the fields that become flags; by default all.
        choices: field -> the values that it may have.
    """
    texts, choices = field_help(options), choices or {}

    def decorate(command: Command) -> Command:
        for field in reversed([field for field in fields(options) if only is None or field.name in only]):
            required = field.default is MISSING
            many = str(field.type).startswith("tuple")
            kind: Any = {"int": int, "float": float, "bool": bool}.get(str(field.type).removesuffix(" | None"), str)
            if field.name in choices:
                kind = click.Choice(choices[field.name])
            flag = "--" + field.name.rstrip("_").replace("_", "-")  # compile_ would hide a builtin
            declaration = f"{flag}/--no-{flag[2:]}" if kind is bool else flag
            settings: dict[str, Any] = {"required": True} if required else {"default": field.default}
            command = click.option(
                declaration,
                field.name,
                type=None if kind is bool else kind,
                multiple=many,
                show_default=not required and field.default not in (None, ()),
                help=texts[field.name],
                **settings,
            )(command)
        return command

    return decorate
