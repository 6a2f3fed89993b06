"""The networks of the repository as the protocol's arrays, and grids of binary variables."""

from __future__ import annotations

import numpy as np

from benchmarks.grids import Grid
from benchmarks.protocol import Network
from mbml_core.formats import bif
from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean
from tests.networks import network_text

SPINS = np.array([[1.0, -1.0], [-1.0, 1.0]])


def read_network(name: str) -> Network:
    """The tables of the file, their rows renormalised: the files carry about seven digits."""
    graph = bif.read(network_text(name))
    place = graph.variable_index
    tables = [np.asarray(factor.parameters["values"], dtype=np.float64) for factor in graph.factors]
    return Network(
        name,
        tuple(variable.id for variable in graph.variables),
        tuple(variable.size for variable in graph.variables),
        tuple(tuple(place[id] for id in factor.scope) for factor in graph.factors),
        tuple(table / table.sum(axis=-1, keepdims=True) for table in tables),
    )


def to_graph(network: Network) -> FactorGraph:
    """The network as a model of ours."""
    variables = tuple(
        Variable(id, Categorical(tuple(f"s{state}" for state in range(size))))
        for id, size in zip(network.ids, network.sizes, strict=True)
    )
    factors = []
    for scope, table in zip(network.scopes, network.tables, strict=True):
        ids = tuple(network.ids[v] for v in scope)
        factors.append(Factor(f"f_{ids[-1]}", "table", ids, {"values": table.copy(), "child": ids[-1]}))
    return FactorGraph(variables, tuple(factors), name=network.name)


def grid_graph(grid: Grid) -> FactorGraph:
    """The grid as a model of ours: one table per edge, one per variable."""
    variables = tuple(boolean(f"x{i}") for i in range(len(grid.fields)))
    tables = np.exp(grid.couplings[:, None, None] * SPINS)
    edges = [
        Factor(f"e{k}", "table", (f"x{i}", f"x{j}"), {"values": table})
        for k, ((i, j), table) in enumerate(zip(grid.edges.tolist(), tables, strict=True))
    ]
    weights = np.exp(np.stack([-grid.fields, grid.fields], axis=1))
    fields = [Factor(f"f{i}", "table", (f"x{i}",), {"values": weight}) for i, weight in enumerate(weights)]
    return FactorGraph(variables, (*fields, *edges))
