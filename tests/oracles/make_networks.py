"""Makes networks.json: numbers of another exact engine for the networks inside the pgmpy wheel.

Run by hand (python -m tests.oracles.make_networks) where pyAgrum is installed; the tests read its output only.
Tables are renormalised first, because the files carry 7 digits, and handed over in double precision through the
API, because pyAgrum's own BIF reader rounds to single precision. LazyPropagation answers, except where it runs
out of memory (link) or time (munin1): there VariableElimination.
"""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pyagrum as gum

from mbml_core.formats import bif
from mbml_core.model import FactorGraph
from tests.networks import network_names, network_text
from tests.oracles.checksum import weight
from tests.oracles.peer import to_pyagrum
from tests.oracles.sampling import forward_sample

TARGET = Path(__file__).with_name("networks.json")
N_LISTED = 12
BY_ELIMINATION = ("link", "munin1")


def evidence_sets(graph: FactorGraph) -> dict[str, dict[str, int]]:
    sample = forward_sample(graph, seed=1)
    parents = {id for factor in graph.factors for id in factor.scope[:-1]}
    leaves = [variable.id for variable in graph.variables if variable.id not in parents]
    source = random.Random(2)  # noqa: S311 - picks evidence
    some = source.sample([v.id for v in graph.variables], max(1, len(graph.variables) // 10))
    return {
        "none": {},
        "3 leaves": {id: sample[id] for id in sorted(source.sample(leaves, min(3, len(leaves))))},
        "10 %": {id: sample[id] for id in sorted(some)},
    }


def case(graph: FactorGraph, net: gum.BayesNet, name: str, evidence: dict[str, int]) -> dict[str, object]:
    engine = (gum.VariableElimination if name in BY_ELIMINATION else gum.LazyPropagation)(net)
    engine.setEvidence(evidence)
    engine.makeInference()
    marginals = {v.id: engine.posterior(v.id).toarray().tolist() for v in graph.variables}
    listed = random.Random(3).sample(sorted(marginals), min(N_LISTED, len(marginals)))  # noqa: S311 - picks a few
    lazy = gum.LazyPropagation(net)
    log_evidence = None
    if name not in BY_ELIMINATION:
        lazy.setEvidence(evidence)
        lazy.makeInference()
        log_evidence = math.log(lazy.evidenceProbability()) if evidence else 0.0
    return {
        "evidence": evidence,
        "log_evidence": log_evidence,
        "marginals": {id: marginals[id] for id in sorted(listed)},
        "checksum": sum(
            weight(i, s) * p for i, v in enumerate(graph.variables) for s, p in enumerate(marginals[v.id])
        ),
    }


def main() -> None:
    networks = {}
    for name in network_names():
        graph = bif.read(network_text(name))
        net = to_pyagrum(graph)
        networks[name] = {
            label: case(graph, net, name, evidence) for label, evidence in evidence_sets(graph).items()
        }
        print(name, flush=True)
    document = {
        "source": f"pyAgrum {gum.__version__}, tables renormalised and passed in double precision",
        "networks": networks,
    }
    TARGET.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
