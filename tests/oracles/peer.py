"""A Bayesian network of ours as one of pyAgrum, in double precision. Only where pyAgrum is installed."""

from __future__ import annotations

import numpy as np
import pyagrum as gum

from mbml_core.model import FactorGraph


def to_pyagrum(graph: FactorGraph) -> gum.BayesNet:
    """Every factor a conditional table with its child last, as the BIF reader makes them; rows renormalised."""
    net = gum.BayesNet()
    for variable in graph.variables:
        net.add(gum.LabelizedVariable(variable.id, "", list(variable.states)))
    for factor in graph.factors:
        *parents, child = factor.scope
        for parent in parents:
            net.addArc(parent, child)
    for factor in graph.factors:
        values = factor.parameters["values"]
        values = values / values.sum(axis=-1, keepdims=True)
        cpt = net.cpt(factor.scope[-1])
        axes = [factor.scope.index(name) for name in reversed(cpt.names)]
        cpt[:] = np.ascontiguousarray(values.transpose(axes))
    return net
