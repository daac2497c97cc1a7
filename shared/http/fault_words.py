"""What is wrong with a field, in words for callers, and for programs."""

from collections.abc import Mapping
from typing import Any

from shared.remarks import WrongValue

_WORDS_FOR = {
    "string_unicode": "has half of a surrogate pair, which is no character",
    "int_type": "has to be a whole number",
    "float_type": "has to be a number",
    "model_attributes_type": "has to be an object",
    "list_type": "has to be a list",
    "tuple_type": "has to be a list",
    "missing": "is missing",
    "extra_forbidden": "is no field of this request",
}
"""What to say, by pydantic's error type, where its own words do not."""


def words_of(fault: Mapping[str, Any]) -> str:
    """Return what an error of pydantic says."""
    said = _WORDS_FOR.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    # The length of a text that has been looked at before is to pydantic that of any value.
    return said.replace(" item", " character") if isinstance(fault.get("input"), str) else said


def reason_of(fault: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `values` that the fault is about, such as a limit; the `reason` too where a rule
    of ours refuses, which pydantic calls `value_error`.
    """
    context = fault.get("ctx", {})
    error = context.get("error")
    if isinstance(error, WrongValue):
        return {"reason": error.remark.code, "values": dict(error.remark.values)}
    values = {name: each for name, each in context.items() if isinstance(each, str | int | float)}
    return {"values": values} if values else {}
