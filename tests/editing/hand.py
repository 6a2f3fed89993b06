"""Edits at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from mbml_core.document import Document
from mbml_core.factors import KINDS
from mbml_core.model import Factor
from tests.editing.drawings import gate


class Hand:
    """Draws at random: commands that mostly fit the drawing, some that do not."""

    def __init__(self, seed: int, share_of_numbers: float = 0.0) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a reproducible hand, no secret
        self.share_of_numbers = share_of_numbers
        self.fresh = 0

    def command(self, drawn: Document) -> dict[str, Any]:
        makers: list[Callable[[Document], dict[str, Any]]] = [
            self.add_variable, self.add_factor, self.connect, self.connect, self.connect, self.add_parent,
            self.add_parent, self.disconnect, self.disconnect, self.delete, self.rename, self.set_states,
            self.set_states, self.set_scope, self.move, self.observe, self.observe, self.switch, self.observe_all,
            self.insert, self.template, self.template, self.batch,
        ]  # fmt: skip
        return self.random.choice(makers)(drawn)

    def id(self) -> str:
        self.fresh += 1
        return f"n{self.fresh}"

    def variable(self, drawn: Document) -> str:
        return self.random.choice([v.id for v in drawn.graph.variables] or ["none"])

    def factor(self, drawn: Document) -> Factor:
        return self.random.choice(drawn.graph.factors or (Factor("none", "table", ()),))

    def at(self) -> dict[str, float]:
        return {"x": self.random.uniform(-500, 500), "y": self.random.uniform(-500, 500)}

    def states(self, count: int) -> list[str]:
        return self.random.sample(["no", "yes", "maybe", "true", "false", "on", "off"], count)

    def add_variable(self, drawn: Document) -> dict[str, Any]:
        states = {"states": self.states(self.random.choice([1, 2, 2, 2, 3]))}
        number = {
            "domain": self.random.choice([{"type": "real"}, {"type": "count"}, {"type": "simplex", "size": 3}])
        }
        domain = number if self.random.random() < self.share_of_numbers else states
        return {"type": "add_variable", "id": self.id(), "name": "", **domain, **self.at()}

    def add_factor(self, drawn: Document) -> dict[str, Any]:
        scope = sorted({self.variable(drawn) for _ in range(self.random.randrange(3))} - {"none"})
        kind = self.random.choice(["table", "prior"])
        return {"type": "add_factor", "id": self.id(), "kind": kind, "scope": scope, **self.at()}

    def connect(self, drawn: Document) -> dict[str, Any]:
        as_child = {"child": True} if self.random.random() < 0.2 else {}
        factor = self.factor(drawn)
        if len(factor.scope) > 5:
            return self.disconnect(drawn)
        return {"type": "connect", "factor": factor.id, "variable": self.variable(drawn), **as_child}

    def add_parent(self, drawn: Document) -> dict[str, Any]:
        ends = {"parent": self.variable(drawn), "child": self.variable(drawn)}
        return {"type": "add_parent", **ends, "factor": self.id(), **self.at()}

    def disconnect(self, drawn: Document) -> dict[str, Any]:
        factor = self.factor(drawn)
        variable = self.random.choice(factor.scope or ("none",))
        return {"type": "disconnect", "factor": factor.id, "variable": variable}

    def delete(self, drawn: Document) -> dict[str, Any]:
        is_small = len(drawn.graph.variables) < 4
        ids = [self.factor(drawn).id] if is_small else [self.variable(drawn), self.factor(drawn).id]
        return {"type": "delete", "ids": ids}

    def rename(self, drawn: Document) -> dict[str, Any]:
        id = self.random.choice([self.variable(drawn), self.factor(drawn).id])
        return {"type": "rename", "id": id, "name": self.random.choice(["", "A", "B"])}

    def set_states(self, drawn: Document) -> dict[str, Any]:
        id = self.variable(drawn)
        old = len(drawn.graph.variable(id).states) if id != "none" else 1
        count = self.random.choice([1, 2, 2, 2, 3])
        pool: list[int | None] = [*range(old), *[None] * count]
        origin = list(range(old))[:count] if self.random.random() < 0.3 else self.random.sample(pool, count)
        return {"type": "set_states", "id": id, "states": self.states(len(origin)), "from": origin}

    def set_scope(self, drawn: Document) -> dict[str, Any]:
        factor = self.factor(drawn)
        return {
            "type": "set_scope",
            "factor": factor.id,
            "scope": self.random.sample(factor.scope, len(factor.scope)),
        }

    def move(self, drawn: Document) -> dict[str, Any]:
        return {"type": "move", "positions": [[self.factor(drawn).id, 1.0, self.random.random()]]}

    def observation(self, drawn: Document, id: str) -> dict[str, Any]:
        if id != "none" and not drawn.graph.variable(id).is_categorical:
            values = [1, 0.5, -1.8, [0.5, 0.5], [0.5, 0.25, 0.25], "no"]
            return {"value": self.random.choice(values)}
        states = drawn.graph.variable(id).states if id != "none" else ("no",)
        weights = [self.random.random() for _ in states]
        forms: list[dict[str, Any]] = [
            {"state": states[0]},
            {"not": states[-1]},
            {"states": list(states[:2])},
            {"likelihood": weights},
            {"belief": [weight / sum(weights) for weight in weights]},
        ]
        return self.random.choice(forms)

    def observe(self, drawn: Document) -> dict[str, Any]:
        id = self.variable(drawn)
        return {"type": "observe", "id": id, "observation": self.observation(drawn, id)}

    def observe_all(self, drawn: Document) -> dict[str, Any]:
        ids = {self.variable(drawn) for _ in range(3)}
        evidence = [[id, self.observation(drawn, id)] for id in sorted(ids)]
        return {"type": "observe_all", "evidence": evidence}

    def switch(self, drawn: Document) -> dict[str, Any]:
        type = self.random.choice(["suspend", "suspend", "resume", "retract"])
        return {"type": type, "ids": [self.variable(drawn), self.variable(drawn)]}

    def insert(self, drawn: Document) -> dict[str, Any]:
        form = gate("noisy_or", {"probabilities": [0.5, 0.25]})
        if len(drawn.graph.variables) > 8:
            return self.delete(drawn)
        pairs = [[node["id"], self.id()] for node in (*form["variables"], *form["factors"])]
        return {"type": "insert", "document": form, "ids": pairs, "dx": 1.0, "dy": 2.0}

    def template(self, drawn: Document) -> dict[str, Any]:
        """A structured kind where it fits, so that the others meet it."""
        factor = self.factor(drawn)
        kind = self.random.choice([kind for kind in KINDS if kind not in ("table", "prior")])
        count = max(len(factor.scope) - 1, 0)
        given: dict[str, Any] = {"noisy_or": {"probabilities": [0.25] * count, "leak": 0.125}}.get(kind, {})
        given = {"noisy_and": {"probabilities": [0.75] * count}, "add_noise": {"flip": 0.1}}.get(kind, given)
        child = self.random.choice([None, *factor.scope])
        named = {} if child is None else {"child": child}
        is_known = factor in drawn.graph.factors
        changed = Factor(factor.id, kind, factor.scope, {**given, **named})
        if not is_known or list(KINDS[kind].check(changed, drawn.graph.domains(factor))):
            return self.connect(drawn)
        return {"type": "set_parameters", "factor": factor.id, "kind": kind, "child": child, "parameters": given}

    def batch(self, drawn: Document) -> dict[str, Any]:
        return {"type": "batch", "label": "Both", "commands": [self.add_variable(drawn), self.connect(drawn)]}
