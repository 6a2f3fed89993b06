"""Evidence in which nothing depends on the rest: beliefs that were set as the likelihoods that make them so."""

from __future__ import annotations

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.engine import Engine
from mbml_core.model import Belief, Evidence, Likelihood


def settled(engine: Engine, evidence: Evidence, deadline: Deadline = UNLIMITED) -> Evidence:
    """Evidence with the same posterior and without `Belief`, whose likelihood would change with every other
    observation. Evidence without one is returned as it is. Raises ImpossibleEvidence as `Engine.infer`.
    """
    beliefs = [id for id, seen in evidence.items() if isinstance(seen, Belief)]
    if not beliefs:
        return evidence
    vectors = engine.likelihoods(evidence, deadline).fixed
    index = engine.model.variable_index
    return {**evidence, **{id: Likelihood(tuple(vectors[index[id]].tolist())) for id in beliefs}}
