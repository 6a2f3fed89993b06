"""mbml: describe a model as a factor graph, observe values, infer what was not seen.

>>> import mbml_core as mb
>>> rain, wet = mb.boolean("rain"), mb.boolean("wet")
>>> model = mb.FactorGraph(
...     variables=(rain, wet),
...     factors=(
...         mb.Factor("f_rain", "prior", ("rain",), {"probabilities": [0.8, 0.2]}),
...         mb.Factor("f_wet", "table", ("rain", "wet"), {"values": [[0.9, 0.1], [0.1, 0.9]], "child": "wet"}),
...     ),
... )
>>> result = mb.infer(model, {"wet": "yes"})
>>> round(result.marginals["rain"]["yes"], 4), result.is_exact
(0.6923, True)

Everything else that is meant to be used lies in `mbml_core.model` (observations) and `mbml_core.factors` (kinds).
"""

from mbml_core.deadline import CancelToken
from mbml_core.engine import Engine, compile, infer
from mbml_core.errors import (
    Cancelled,
    DeadlineExceeded,
    ImpossibleEvidence,
    ImproperDistribution,
    InvalidEvidence,
    InvalidModel,
    MbmlError,
    OverBudget,
    Problem,
    UnsupportedQuery,
)
from mbml_core.files import dumps_json, load, loads_json, save
from mbml_core.inference.result import Result, Status
from mbml_core.model import (
    Categorical,
    Count,
    Factor,
    FactorGraph,
    FactorGroup,
    GroupedGraph,
    Positive,
    Probability,
    Real,
    Simplex,
    Variable,
    VariableGroup,
    boolean,
)

__all__ = [
    "CancelToken",
    "Cancelled",
    "Categorical",
    "Count",
    "DeadlineExceeded",
    "Engine",
    "Factor",
    "FactorGraph",
    "FactorGroup",
    "GroupedGraph",
    "ImpossibleEvidence",
    "ImproperDistribution",
    "InvalidEvidence",
    "InvalidModel",
    "MbmlError",
    "OverBudget",
    "Positive",
    "Probability",
    "Problem",
    "Real",
    "Result",
    "Simplex",
    "Status",
    "UnsupportedQuery",
    "Variable",
    "VariableGroup",
    "boolean",
    "compile",
    "dumps_json",
    "infer",
    "load",
    "loads_json",
    "save",
]
