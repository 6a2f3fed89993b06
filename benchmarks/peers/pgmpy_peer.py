"""pgmpy's answers by variable elimination: python -m benchmarks.peers.pgmpy_peer VariableElimination FOLDER BUDGET
ROUNDS SKIPPED.

Runs in the peers' environment. pgmpy answers one variable at a time; what is observed needs no query.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
from pgmpy.factors.discrete import TabularCPD
from pgmpy.inference import VariableElimination
from pgmpy.models import DiscreteBayesianNetwork

from benchmarks.protocol import Ask, Evidence, Network, answer_all, read_case


def load(network: Network) -> DiscreteBayesianNetwork:
    model = DiscreteBayesianNetwork()
    model.add_nodes_from(network.ids)
    for scope, table in zip(network.scopes, network.tables, strict=True):
        *parents, child = (network.ids[v] for v in scope)
        model.add_edges_from((parent, child) for parent in parents)
        *sizes, size = table.shape
        columns = np.moveaxis(table, -1, 0).reshape(size, -1)
        model.add_cpds(TabularCPD(child, size, columns, parents or None, sizes or None))
    return model


def build(network: Network, model: DiscreteBayesianNetwork) -> Ask:
    engine = VariableElimination(model)
    sizes = dict(zip(network.ids, network.sizes, strict=True))

    def marginal(id: str, evidence: Evidence) -> np.ndarray:
        if id in evidence:
            return np.eye(sizes[id])[evidence[id]]
        return engine.query([id], dict(evidence), show_progress=False).values

    return lambda evidence: [marginal(id, evidence) for id in network.ids]


def main() -> None:
    _, folder, budget, rounds, skipped = sys.argv[1:]
    network, asked = read_case(Path(folder))
    answer_all(
        asked, partial(load, network), partial(build, network), float(budget), int(rounds), json.loads(skipped)
    )


if __name__ == "__main__":
    main()
