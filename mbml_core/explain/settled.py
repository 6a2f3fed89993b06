"""Evidence in which nothing depends on the rest: beliefs that were set as the likelihoods that make them so."""

from __future__ import annotations

from collections.abc import Mapping

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine
from mbml_core.explain.limits import limits
from mbml_core.inference.jeffrey import fit_beliefs
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Posterior
from mbml_core.model import Belief, Evidence, Likelihood


def settled(engine: Engine, evidence: Evidence, deadline: Deadline = UNLIMITED) -> Evidence:
    """Evidence with the same posterior and without `Belief`, whose likelihood would change with every other
    observation. Evidence without one is returned as it is. Raises ImpossibleEvidence as `Engine.infer`.
    """
    if not any(isinstance(seen, Belief) for seen in evidence.values()):
        return evidence
    model, observed = engine.model, Observations.of(engine.model, evidence)

    def infer(vectors: Mapping[int, FloatArray]) -> Posterior:
        given = {model.variables[v].id: Likelihood(tuple(vector.tolist())) for v, vector in vectors.items()}
        found = engine.infer(given, **limits(deadline))
        beliefs = [marginal.probabilities for marginal in found.marginals.values()]
        return Posterior(beliefs, found.log_evidence, found.status)

    _, vectors = fit_beliefs(infer, observed.fixed, observed.beliefs)
    fitted = {model.variables[v].id: Likelihood(tuple(vectors[v].tolist())) for v in observed.beliefs}
    return {**evidence, **fitted}
