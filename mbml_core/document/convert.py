"""From the records of a document to the model, and what of the format the model cannot hold yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from mbml_core.document.arrays import array_findings
from mbml_core.document.document import Extras
from mbml_core.document.place import Finding, Place, describe
from mbml_core.document.schema import (
    BeliefEvidence,
    CategoricalRecord,
    DocumentRecord,
    DomainRecord,
    FactorRecord,
    LikelihoodEvidence,
    NotEvidence,
    Record,
    SimplexRecord,
    StateEvidence,
    StatesEvidence,
    ValueEvidence,
    VariableRecord,
)
from mbml_core.factors import KINDS
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    Count,
    Domain,
    ExcludedState,
    Factor,
    Likelihood,
    Observation,
    Observed,
    Positive,
    Probability,
    Real,
    Simplex,
    Value,
    Variable,
)

_TEXT_PARAMETERS = frozenset({"child"})
"""Parameters that always name a variable; every other one a kind reads is a number, nested lists of numbers or the
id of the variable in its place, which the kind checks."""


def misfits(record: Record, place: Place) -> Iterator[Finding]:
    """What in a well-formed record the model cannot take: features for later versions of the program, and lists
    or names that are not what their field wants.
    """
    match record:
        case VariableRecord(plates=plates):
            yield from plate_findings(plates, (*place, "plates"))
        case FactorRecord(plates=plates):
            yield from plate_findings(plates, (*place, "plates"))
            yield from _parameter_findings(record, (*place, "parameters"))
        case BeliefEvidence(belief=probabilities):
            yield from _probability_findings(probabilities, (*place, "belief"))


def plate_findings(plates: Iterable[object], place: Place) -> Iterator[Finding]:
    """One finding where there are plates."""
    if plates:
        what = "a plate belongs to the format, but this version of mbml does not support it"
        yield Finding(place, what, "write its copies out, or remove it")


def _probability_findings(values: Iterable[float], place: Place) -> Iterator[Finding]:
    for index, value in enumerate(values):
        if not 0 <= value <= 1:
            what = f"expected a probability from 0 to 1, found {describe(value)}"
            yield Finding((*place, index), what, "correct it, or give a likelihood instead")


def _parameter_findings(record: FactorRecord, place: Place) -> Iterator[Finding]:
    if record.kind not in KINDS:
        return
    known = KINDS[record.kind].parameters
    for name, value in record.parameters.items():
        if name not in known:
            continue
        if name in _TEXT_PARAMETERS and not isinstance(value, str):
            what = f"expected the id of a variable, found {describe(value)}"
            yield Finding((*place, name), what, "name a variable of the scope, or remove the field")
        elif name not in _TEXT_PARAMETERS and isinstance(value, list):
            yield from array_findings(value, (*place, name))


def to_variable(record: VariableRecord) -> Variable:
    """The variable of a record without misfits."""
    return Variable(record.id, to_domain(record.domain), record.name)


def to_domain(record: DomainRecord) -> Domain:
    """The domain of a record."""
    match record:
        case CategoricalRecord(states=states):
            return Categorical(tuple(states))
        case SimplexRecord(size=size):
            return Simplex(size)
    return _NUMBERS[record.type]


_NUMBERS: Mapping[str, Domain] = MappingProxyType(
    {domain.type_name: domain for domain in (Real(), Positive(), Probability(), Count())}
)


def to_factor(record: FactorRecord) -> Factor:
    """The factor of a record without misfits."""
    return Factor(record.id, record.kind, tuple(record.scope), record.parameters)


def to_observation(record: Record) -> Observation:
    """The observation of an evidence record without misfits."""
    match record:
        case StateEvidence(state=state):
            return Observed(state)
        case StatesEvidence(states=states):
            return AllowedStates(tuple(states))
        case NotEvidence(excluded=state):
            return ExcludedState(state)
        case LikelihoodEvidence(likelihood=weights):
            return Likelihood(tuple(weights))
        case BeliefEvidence(belief=probabilities):
            return Belief(tuple(probabilities))
        case ValueEvidence(value=value):
            return Value(tuple(value) if isinstance(value, list) else value)
    raise TypeError(f"no observation for {type(record).__name__}")


def to_extras(record: DocumentRecord) -> Extras:
    """The unknown fields of every record."""
    return Extras(
        top=record.model_extra or {},
        variables={variable.id: variable.model_extra or {} for variable in record.variables},
        domains={variable.id: variable.domain.model_extra or {} for variable in record.variables},
        factors={factor.id: _factor_fields(factor) for factor in record.factors},
        evidence={id: observation.model_extra or {} for id, observation in record.evidence.items()},
    )


def _factor_fields(factor: FactorRecord) -> dict[str, object]:
    name = {"name": factor.name} if factor.name else {}
    return {**name, **(factor.model_extra or {})}
