"""Answering many rows of evidence: all at once where the method can, else one by one, equal rows only once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from mbml_core.compiler.budget import Budget, human_bytes
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import IntArray
from mbml_core.errors import ImpossibleEvidence, OverBudget, UnsupportedQuery
from mbml_core.inference.batch import BatchMarginals, BatchResult, layout_of
from mbml_core.inference.beliefs import Layout, flat_beliefs
from mbml_core.inference.exact.rows import Destination, RowsAtOnce
from mbml_core.inference.methods import Method
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Posterior, Status
from mbml_core.inference.row_order import by_observed_set, repeats
from mbml_core.model import FactorGraph, find_indices
from mbml_core.model.evidence_table import EvidenceTable
from mbml_core.phrases import counted

Report: TypeAlias = Callable[[int, int], object]
Infer: TypeAlias = Callable[[Observations], Posterior]

REPORT_EVERY = 0.1
"""Seconds."""
BYTES_PER_NUMBER = 8
FROM_BEST = (Status.EXACT, Status.CONVERGED, Status.MAX_SWEEPS, Status.OSCILLATING)


def chosen_variables(model: FactorGraph, names: Iterable[str] | None) -> Sequence[int]:
    """Indices of the variables with these ids or unique names, in the model's order; None: all. Raises
    InvalidEvidence.
    """
    if names is None:
        return range(len(model.variables))
    return sorted(set(find_indices(model, names)))


def require_room(n_rows: int, layout: Layout, chosen: Sequence[int], budget: Budget) -> None:
    """Raise OverBudget where the answers to so many rows are larger than the budget; nothing is allocated."""
    row_bytes = BYTES_PER_NUMBER * (1 + sum(len(layout.states[v]) for v in chosen))
    needed = float(n_rows * row_bytes)
    if needed <= budget.n_bytes:
        return
    remedies = [
        f"ask for parts of at most {counted(max(1, int(budget.n_bytes // row_bytes)), 'row')}",
        "keep only some marginals (variables=[…])",
        f"allow {human_bytes(needed)} of memory (memory_limit={int(needed)})",
    ]
    raise OverBudget(
        f"The answers to {counted(n_rows, 'row')} take {human_bytes(needed)}, allowed are "
        f"{human_bytes(budget.n_bytes)}. What helps: {'; '.join(remedies)}.",
        needed_bytes=needed,
        budget_bytes=budget.n_bytes,
        remedies=remedies,
    )


class BatchRun:
    """One table of evidence on its way to a result.

    Args:
        model: for which the table was read.
        layout: of the model's beliefs.
        table: what was observed.
        chosen: the variables whose marginals are kept.
        limit: polled throughout.
        report: called as report(rows done, all rows), at most every tenth of a second and once at the end.
    """

    def __init__(
        self,
        model: FactorGraph,
        layout: Layout,
        table: EvidenceTable,
        chosen: Sequence[int],
        limit: Deadline,
        report: Report | None,
    ) -> None:
        self._model = model
        self._table = table
        self._limit = limit
        self._layout = layout_of(layout, chosen)
        n = len(table)
        columns = np.flatnonzero(np.repeat(np.isin(np.arange(len(layout.ids)), chosen), np.diff(layout.offsets)))
        self._to = Destination(columns, np.empty((n, len(columns))), np.empty(n))
        self._status = np.zeros(n, dtype=np.int8)
        self._others: dict[str, tuple[int, str]] = {}
        self._progress = _Progress(report, n)

    def answer(self, method: Method, infer: Infer) -> None:
        """Answer all rows; `infer` answers one, by the method."""
        is_other = np.zeros(len(self._table), dtype=np.bool_)
        is_other[list(self._table.others)] = True
        self._answer_plain(np.flatnonzero(~is_other), method, infer)
        for row in np.flatnonzero(is_other).tolist():
            self._answer_one(row, Observations.of(self._model, self._evidence(row)), infer)

    def result(self, method: str, message: str) -> BatchResult:
        """Of a run that is complete; the method and why it was chosen."""
        self._progress.finish()
        for array in (self._to.logs, self._status):
            array.flags.writeable = False
        is_exact_row = self._status == 0
        is_exact_row.flags.writeable = False
        status = FROM_BEST[int(self._status.max(initial=0))]
        return BatchResult(
            BatchMarginals(self._layout, self._to.beliefs),
            self._to.logs,
            status,
            is_exact_row,
            next(iter(self._others), method),
            " ".join(self._sentences(status, message)),
        )

    def _sentences(self, status: Status, message: str) -> Iterable[str]:
        yield status.sentence
        if message:
            yield message
        n = len(self._table)
        for name, (count, why) in self._others.items():
            yield f"{counted(count, 'question')} answered by {name}; the first because: {why}"
        n_impossible = int(np.count_nonzero(self._to.logs == -np.inf))
        if n_impossible:
            verb = "is" if n_impossible == 1 else "are"
            yield f"{n_impossible:,} of {counted(n, 'row')} {verb} impossible: the probabilities there are 0."

    def _answer_plain(self, rows: IntArray, method: Method, infer: Infer) -> None:
        states = self._table.states
        at_once = method.rows_at_once() if len(rows) > 1 else None
        if at_once is None:
            rows, at_once = self._one_by_one(rows[by_observed_set(states[rows])], method, infer)
        if at_once is not None:
            at_once.answer(states, rows, self._to, self._limit, self._progress.add)

    def _one_by_one(self, rows: IntArray, method: Method, infer: Infer) -> tuple[IntArray, RowsAtOnce | None]:
        """Until all are answered, or machine code turns up; what is left then, and how to do it at once."""
        is_repeat = repeats(self._table.states, rows)
        asked = time.monotonic()
        for at, row in enumerate(rows.tolist()):
            if is_repeat[at]:
                self._copy(int(rows[at - 1]), row)
            else:
                self._answer_one(row, self._plain(row), infer)
            if time.monotonic() - asked > REPORT_EVERY:
                asked = time.monotonic()
                if at_once := method.rows_at_once():
                    return rows[at + 1 :], at_once
        return rows[:0], None

    def _plain(self, row: int) -> Observations:
        seen = np.flatnonzero(self._table.states[row] >= 0)
        return Observations(
            self._model, dict(zip(seen.tolist(), self._table.states[row, seen].tolist(), strict=True))
        )

    def _evidence(self, row: int) -> dict[str, Any]:
        variables = self._model.variables
        plain = {variables[v].id: state for v, state in self._plain(row).hard.items()}
        return {**plain, **self._table.others[row]}

    def _answer_one(self, row: int, observed: Observations, infer: Infer) -> None:
        self._limit.check()
        try:
            posterior = infer(observed)
        except ImpossibleEvidence:
            self._to.beliefs[row], self._to.logs[row] = 0.0, -np.inf
        except UnsupportedQuery as error:
            raise UnsupportedQuery(f"row {row}, counted from 0: {error}") from None
        else:
            self._to.beliefs[row] = flat_beliefs(posterior.beliefs)[self._to.columns]
            self._to.logs[row] = posterior.log_evidence
            self._status[row] = FROM_BEST.index(posterior.status)
            if posterior.method:
                count, why = self._others.get(posterior.method, (0, posterior.message))
                self._others[posterior.method] = count + 1, why
        self._progress.add(1)

    def _copy(self, of: int, to: int) -> None:
        self._to.beliefs[to] = self._to.beliefs[of]
        self._to.logs[to] = self._to.logs[of]
        self._status[to] = self._status[of]
        self._progress.add(1)


class _Progress:
    """Counts rows in any thread and tells them in the one that made it."""

    def __init__(self, report: Report | None, total: int) -> None:
        self._report = report or (lambda done, total: None)
        self._total = total
        self._owner = threading.get_ident()
        self._lock = threading.Lock()
        self._done = 0
        self._told = time.monotonic()

    def add(self, n: int) -> None:
        with self._lock:
            self._done += n
        is_due = time.monotonic() - self._told > REPORT_EVERY and self._done < self._total
        if is_due and threading.get_ident() == self._owner:
            self._told = time.monotonic()
            self._report(self._done, self._total)

    def finish(self) -> None:
        self._report(self._done, self._total)
