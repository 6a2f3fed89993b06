"""Parameters that name variables, whatever the kind: for those who rename, copy and delete.

    {"kind": "gaussian", "scope": ["skill", "performance"],
     "parameters": {"child": "performance", "mean": "skill", "variance": 25}}

names two. What a kind does not read names nothing, whatever it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from mbml_core.factors.registry import KINDS
from mbml_core.model import Factor


def named_variables(factor: Factor) -> Mapping[str, tuple[str, ...]]:
    """The ids that each parameter names, for those that name any; they need not stand in the scope."""
    named = {name: tuple(_texts(factor.parameters[name])) for name in _read(factor)}
    return MappingProxyType({name: ids for name, ids in named.items() if ids})


def role_of(factor: Factor, id: str) -> str | None:
    """The first parameter that names a variable; None where none does."""
    return next((name for name, ids in named_variables(factor).items() if id in ids), None)


def renamed(factor: Factor, id: str, new_ids: Mapping[str, str]) -> Factor:
    """The factor under another id, over variables with other ids."""
    read = _read(factor)
    parameters = {
        name: _exchanged(value, new_ids) if name in read else value for name, value in factor.parameters.items()
    }
    return Factor(id, factor.kind, tuple(new_ids[old] for old in factor.scope), parameters)


def _read(factor: Factor) -> Collection[str]:
    kind = KINDS.get(factor.kind)
    return () if kind is None else [name for name in factor.parameters if name in kind.parameters]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _exchanged(value: Any, new_ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return new_ids.get(value, value)
    if isinstance(value, list | tuple):
        return [_exchanged(item, new_ids) for item in value]
    return value
