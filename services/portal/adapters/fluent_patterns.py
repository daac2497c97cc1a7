"""Patterns of Fluent messages (projectfluent.org), each made into a function once.

Of the language there is what these pages need: texts, variables, and a choice by a number or a
word. The library's own bundles bring a language's whole data and keep every syntax tree, 10 MB.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fluent.syntax import ast

Say = Callable[[Mapping[str, Any]], str]
"""Says a pattern with its variables; raises KeyError for one that is not given."""
Plural = Callable[[float], str]
"""Returns the category of a number in a language: `one`, `other`."""

_MAX_LENGTH = 2000
"""Characters of a text that stands in a message."""


class NotSpoken(ValueError):
    """The pattern uses what these pages do not."""


def english_plural(number: float) -> str:
    """Return `one` for 1 (Unicode CLDR: i = 1 and v = 0), else `other`."""
    return "one" if number == 1 and isinstance(number, int) else "other"


def chinese_plural(number: float) -> str:
    """Return `other`: Chinese has one form."""
    return "other"


def text_of(pattern: ast.Pattern) -> str | None:
    """Return the pattern's text where there is nothing else in it."""
    if len(pattern.elements) == 1 and isinstance(pattern.elements[0], ast.TextElement):
        return pattern.elements[0].value
    return None


def function_of(pattern: ast.Pattern, plural: Plural) -> Say:
    """Return what says the pattern. Raises NotSpoken."""
    said = [
        _text(each.value) if isinstance(each, ast.TextElement) else _placed(each.expression, plural)
        for each in pattern.elements
    ]
    if len(said) == 1:
        return said[0]
    return lambda given: "".join([each(given) for each in said])


def _placed(expression: object, plural: Plural) -> Say:
    match expression:
        case ast.VariableReference(id=ast.Identifier(name=name)):
            return lambda given: _written(given[name])
        case ast.StringLiteral():
            return _text(expression.parse()["value"])
        case ast.NumberLiteral(value=value):
            return _text(value)
        case ast.Placeable(expression=inner):
            return _placed(inner, plural)
        case ast.SelectExpression():
            return _chosen(expression, plural)
    raise NotSpoken(f"{type(expression).__name__} is not used here")


def _chosen(select: ast.SelectExpression, plural: Plural) -> Say:
    if not isinstance(select.selector, ast.VariableReference):
        raise NotSpoken("a choice is made by a variable")
    name = select.selector.id.name
    default = next(_variant(each, plural)[1] for each in select.variants if each.default)
    variants = dict(_variant(each, plural) for each in select.variants)

    def say(given: Mapping[str, Any]) -> str:
        value = given[name]
        if isinstance(value, int | float) and not isinstance(value, bool):
            chosen = variants.get(str(value)) or variants.get(plural(value))
        else:
            chosen = variants.get(str(value))
        return (chosen or default)(given)

    return say


def _variant(variant: ast.Variant, plural: Plural) -> tuple[str, Say]:
    key = variant.key
    name = key.value if isinstance(key, ast.NumberLiteral) else key.name
    return name, function_of(variant.value, plural)


def _text(text: str) -> Say:
    return lambda _: text


def _written(value: Any) -> str:
    """Return what stands in a message for the value."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    text = str(value)
    return f"{text[:_MAX_LENGTH]}…" if len(text) > _MAX_LENGTH else text
