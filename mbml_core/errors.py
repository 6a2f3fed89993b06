"""What can go wrong, in the drawing's language: where, what, remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right.

    Attributes:
        where: id of the variable or factor the canvas can mark; "" for the whole model or file.
        what: what is wrong, with what was expected and what was found.
        remedy: what to do about it, as an imperative.
        path: place in the file it came from: a JSON path ("$.factors[2].scope") or "line 3, column 7";
            "" when the model was built in memory.
    """

    where: str
    what: str
    remedy: str
    path: str = ""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.path, f"({self.where})" if self.where else "") if part)
        return f"{place}: {self.what}; {self.remedy}" if place else f"{self.what}; {self.remedy}"


class MbmlError(Exception):
    """Base of every error this package raises on purpose."""


class InvalidModel(MbmlError):
    """A drawing, file or argument has problems; `problems` lists all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InvalidEvidence(InvalidModel):
    """Observations that do not fit the model: an unknown name, an unknown state, a wrong length."""


class DocumentTooNew(InvalidModel):
    """A document made with a newer version of mbml. The file is left as it is."""


class UnsupportedQuery(MbmlError):
    """A question this method cannot answer for this model; the message names the nearest one it can."""


class ImpossibleEvidence(MbmlError):
    """The observations have probability zero together.

    Attributes:
        conflict: ids of the observed variables that contradict each other: taking any one of them back
            makes this set possible. Empty when the factors alone already allow nothing.
        is_smallest: True when no smaller set of the observations is impossible; False when the search for a
            smaller one was cut short (the set is then still one of which nothing can be left out).
    """

    def __init__(self, message: str, conflict: Iterable[str] = (), *, is_smallest: bool = True) -> None:
        self.conflict = tuple(conflict)
        self.is_smallest = is_smallest
        super().__init__(message)


class ImproperDistribution(MbmlError):
    """A belief that cannot be normalised: nothing the model says pins the variable down.

    Attributes:
        where: id of the variable; "" where only the numbers are known.
    """

    def __init__(self, message: str, where: str = "") -> None:
        self.where = where
        super().__init__(message)


class OverBudget(MbmlError):
    """The predicted cost exceeds the budget; nothing was allocated.

    Attributes:
        needed_bytes: predicted memory (a lower bound when planning was cut short).
        budget_bytes: what was allowed.
        largest_clique: ids of the variables of the largest table the method would need.
        remedies: the cheapest ways out, cheapest first.
    """

    def __init__(
        self,
        message: str,
        *,
        needed_bytes: float,
        budget_bytes: float,
        largest_clique: Iterable[str] = (),
        remedies: Iterable[str] = (),
    ) -> None:
        self.needed_bytes = needed_bytes
        self.budget_bytes = budget_bytes
        self.largest_clique = tuple(largest_clique)
        self.remedies = tuple(remedies)
        super().__init__(message)


class Interrupted(MbmlError):
    """A long call was stopped before its answer was complete. The engine stays usable."""


class DeadlineExceeded(Interrupted):
    """The call ran out of the time it was given."""


class Cancelled(Interrupted):
    """The caller's cancel token was set."""
