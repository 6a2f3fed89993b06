"""From many rows of evidence, in any form callers have them in, to one matrix of observed states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mbml_core.errors import InvalidEvidence, Problem
from mbml_core.model.evidence import find_variable, parse_observation, unknown_variable
from mbml_core.model.graph import FactorGraph
from mbml_core.model.observation import Observation, Observed
from mbml_core.model.variable import Variable
from mbml_core.phrases import counted

StateArray: TypeAlias = NDArray[np.int16]
IntArray: TypeAlias = NDArray[np.int64]
Poll: TypeAlias = Callable[[], None]
Cells: TypeAlias = tuple[Any, IntArray | None, Any]
"""The key of a variable, the rows that have a value (None: all of them), and the values."""

MOST_LISTED = 8
"""Problems that are listed; the rest are counted."""
POLL_EVERY = 2048
"""Rows, each of which takes microseconds."""
NOT_OBSERVED, OTHER = -1, -2
"""Codes of cells beside the indices of states; OTHER: not plainly a state, to be looked at one by one."""
ONE_ROW = "give a list with one value per row, or a list of mappings with one mapping per row"
FORMS = "give {variable: column}, a list of evidence mappings, or a matrix of state indices"
_MISSING_TYPES = frozenset({"NAType", "NaTType"})
"""Of pandas, which need not be installed."""


@dataclass(frozen=True, eq=False)
class EvidenceTable:
    """N rows of checked evidence over the V variables of a model.

    Attributes:
        states: (N, V) index of the state that was seen, −1: not observed.
        others: {row: {variable id: observation}}, the cells that are not one plain state.
    """

    states: StateArray
    others: Mapping[int, Mapping[str, Observation]]

    def __len__(self) -> int:
        return len(self.states)


def read_evidence_table(graph: FactorGraph, rows: Any, poll: Poll = lambda: None) -> EvidenceTable:
    """The rows, checked. Evidence drawn with the graph plays no part.

    Args:
        graph: whose variables are observed.
        rows: a mapping {variable id or unique name: column} or a data frame; a sequence of mappings, each as for
            `resolve_evidence`; or a matrix (N, V) of state indices in the order of the variables. A cell that is
            None, "", −1 or NaN observes nothing.
        poll: called every few milliseconds; may raise to stop.

    Raises InvalidEvidence with every problem; the same one in many rows is told once.
    """
    problems = _Problems()
    n_rows, columns = _columns(graph, rows, problems, poll)
    problems.raise_any()
    reader = _Reader(n_rows, graph, problems, poll)
    for column in columns:
        reader.read(column)
    problems.raise_any()
    return EvidenceTable(reader.states, reader.others)


class _Problems:
    """Each with the rows it was found in, where it belongs to rows."""

    def __init__(self) -> None:
        self._found: dict[Problem, list[int]] = {}

    def add(self, problem: Problem, rows: Iterable[int] = ()) -> None:
        self._found.setdefault(problem, []).extend(rows)

    def raise_any(self) -> None:
        if not self._found:
            return
        listed = [_located(problem, rows) for problem, rows in list(self._found.items())[:MOST_LISTED]]
        n_more = len(self._found) - len(listed)
        if n_more:
            listed.append(Problem("", counted(n_more, "further problem"), "put the ones above right first"))
        raise InvalidEvidence(listed)


def _located(problem: Problem, rows: Sequence[int]) -> Problem:
    if not rows:
        return problem
    more = f" and {counted(len(rows) - 1, 'more row')}" if len(rows) > 1 else ""
    return Problem(problem.where, f"{problem.what} (row {min(rows)}, counted from 0{more})", problem.remedy)


def _columns(graph: FactorGraph, rows: Any, problems: _Problems, poll: Poll) -> tuple[int, list[Cells]]:
    """How many rows there are, and what they hold, variable by variable."""
    if isinstance(rows, Mapping) or (hasattr(rows, "keys") and hasattr(rows, "columns")):
        return _from_columns(rows, problems)
    if isinstance(rows, np.ndarray) and rows.ndim == 2:
        return _from_matrix(graph, rows, problems)
    if isinstance(rows, Sequence | np.ndarray) and not isinstance(rows, str | bytes) and np.ndim(rows) != 0:
        return _from_mappings(rows, problems, poll)
    problems.add(Problem("", f"the rows are {_short(rows)}", FORMS))
    return 0, []


def _from_columns(rows: Any, problems: _Problems) -> tuple[int, list[Cells]]:
    columns: list[Cells] = []
    n_rows = -1 if isinstance(rows, Mapping) else len(rows)
    first = None
    for key in rows.keys():  # noqa: SIM118 - a data frame iterates over its columns, other tables over their rows
        values = rows[key]
        if isinstance(values, str | bytes | Mapping) or not isinstance(values, Sized):
            problems.add(Problem(str(key), f"the column of '{key}' is {_short(values)}", ONE_ROW))
            continue
        if n_rows < 0:
            n_rows, first = len(values), key
        if len(values) != n_rows:
            lengths = f"the column of '{key}' has {counted(len(values), 'row')}, that of '{first}' has {n_rows:,}"
            problems.add(Problem(str(key), lengths, "give all columns the same length"))
        columns.append((key, None, values))
    return max(n_rows, 0), columns


def _from_matrix(graph: FactorGraph, rows: NDArray[Any], problems: _Problems) -> tuple[int, list[Cells]]:
    n = len(graph.variables)
    if rows.shape[1] != n:
        what = f"the matrix has {counted(rows.shape[1], 'column')}, the model has {counted(n, 'variable')}"
        problems.add(Problem("", what, "give one column per variable, in the model's order, −1 = not observed"))
        return 0, []
    return len(rows), [(variable.id, None, rows[:, v]) for v, variable in enumerate(graph.variables)]


def _from_mappings(rows: Sequence[Any] | NDArray[Any], problems: _Problems, poll: Poll) -> tuple[int, list[Cells]]:
    found: dict[Any, tuple[list[int], list[Any]]] = {}
    for i, row in enumerate(rows):
        if i % POLL_EVERY == 0:
            poll()
        if not isinstance(row, Mapping):
            problems.add(
                Problem("", f"a row is {_short(row)}, not a mapping", FORMS + "; {} observes nothing"), [i]
            )
            continue
        for key, value in row.items():
            where, values = found.setdefault(key, ([], []))
            where.append(i)
            values.append(value)
    return len(rows), [(key, np.array(where, dtype=np.int64), values) for key, (where, values) in found.items()]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


class _Reader:
    """Puts the columns together, one after another."""

    def __init__(self, n_rows: int, graph: FactorGraph, problems: _Problems, poll: Poll) -> None:
        self._graph = graph
        self._problems = problems
        self._poll = poll
        self._read: dict[int, list[IntArray | None]] = {}
        self.states = np.full((n_rows, len(graph.variables)), NOT_OBSERVED, dtype=np.int16)
        self.others: dict[int, dict[str, Observation]] = {}

    def read(self, column: Cells) -> None:
        self._poll()
        key, rows, values = column
        variable = find_variable(self._graph, key)
        if variable is None:
            self._problems.add(unknown_variable(self._graph, key), () if rows is None else rows.tolist())
            return
        if not variable.is_categorical:
            self._problems.add(_not_of_states(variable))
            return
        v = self._graph.variable_index[variable.id]
        self._refuse_repeats(v, variable, rows)
        where = np.arange(len(self.states)) if rows is None else rows
        items, codes = _codes(variable, values)
        self._look_at_others(variable, where, items, codes)
        self.states[where, v] = codes

    def _refuse_repeats(self, v: int, variable: Variable, rows: IntArray | None) -> None:
        everything = np.arange(len(self.states))
        mine = everything if rows is None else rows
        for earlier in self._read.setdefault(v, []):
            both = np.intersect1d(mine, everything if earlier is None else earlier)
            if len(both):
                what = f"'{variable.label}' is observed twice"
                self._problems.add(Problem(variable.id, what, "keep one of the observations"), both.tolist())
        self._read[v].append(rows)

    def _look_at_others(self, variable: Variable, where: IntArray, items: Any, codes: StateArray) -> None:
        """Cells that are an observation of another form, or a mistake."""
        known: dict[str, Observation | Problem] = {}
        for count, at in enumerate(np.flatnonzero(codes == OTHER).tolist()):
            if count % POLL_EVERY == 0:
                self._poll()
            value = items[at]
            outcome = known.get(value) if type(value) is str else None
            if outcome is None:
                outcome = parse_observation(variable, value)
            if type(value) is str:
                known[value] = outcome
            codes[at] = self._taken(variable, int(where[at]), outcome)

    def _taken(self, variable: Variable, row: int, outcome: Observation | Problem) -> int:
        """The code of the cell."""
        if isinstance(outcome, Problem):
            self._problems.add(outcome, [row])
        elif isinstance(outcome, Observed):
            return variable.domain.position[outcome.state]
        else:
            self.others.setdefault(row, {})[variable.id] = outcome
        return NOT_OBSERVED


def _not_of_states(variable: Variable) -> Problem:
    what = f"'{variable.label}' is {variable.domain.phrase}; rows of evidence hold states only"
    return Problem(variable.id, what, "ask with each row's evidence by itself")


def _codes(variable: Variable, values: Any) -> tuple[Any, StateArray]:
    """The values as plain Python ones, and the code of each."""
    if not isinstance(values, list | tuple):
        values = np.asarray(values)
        if values.ndim == 1 and values.dtype.kind in "biuf":
            codes = _number_codes(variable, values)
            return _Numbers(values), codes
        values = values.tolist()
    lookup = _Lookup({None: NOT_OBSERVED, "": NOT_OBSERVED, -1: NOT_OBSERVED})
    lookup.update({i: i for i in range(variable.size)})
    lookup.update(variable.domain.position)
    try:
        codes = np.fromiter(map(lookup.__getitem__, values), np.int16, len(values))
    except TypeError:  # a list or an array cannot be looked up
        codes = np.fromiter((_code(lookup, value) for value in values), np.int16, len(values))
    return values, codes


def _number_codes(variable: Variable, numbers: NDArray[Any]) -> StateArray:
    if numbers.dtype.kind == "f":
        numbers = np.where(np.isnan(numbers), NOT_OBSERVED, numbers)
    fits = (numbers >= NOT_OBSERVED) & (numbers < variable.size) & (numbers == np.floor(numbers))
    return np.where(fits, numbers, OTHER).astype(np.int16)


class _Numbers:
    """Entries of an array as Python numbers, made when one is looked at."""

    def __init__(self, numbers: NDArray[Any]) -> None:
        self._numbers = numbers

    def __getitem__(self, at: int) -> Any:
        return self._numbers[at].item()


class _Lookup(dict[Any, int]):
    """Codes of the values that are plainly a state or nothing."""

    def __missing__(self, value: Any) -> int:
        is_nan = isinstance(value, float | np.floating) and value != value
        return NOT_OBSERVED if is_nan or type(value).__name__ in _MISSING_TYPES else OTHER


def _code(lookup: _Lookup, value: Any) -> int:
    try:
        return lookup[value]
    except TypeError:
        return OTHER
