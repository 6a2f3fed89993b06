"""Nodes and edges: add, connect, disconnect, delete, name, place."""

from __future__ import annotations

from dataclasses import replace

from mbml_core.document import Document, fits
from mbml_core.document.convert import to_domain
from mbml_core.document.place import to_problems
from mbml_core.document.render import render
from mbml_core.editing import commands, kinds
from mbml_core.editing.evidence import tidied
from mbml_core.editing.lookup import (
    factor_of,
    node_ids,
    require_nodes,
    require_variables,
    variable_of,
    with_factors,
    with_variable,
)
from mbml_core.editing.refusal import CommandRefused, refusal
from mbml_core.errors import Problem
from mbml_core.factors import KINDS
from mbml_core.factors.names import role_of
from mbml_core.factors.registry import check_parameters
from mbml_core.model import Categorical, Domain, Factor, FactorGraph, Variable, check_structure
from mbml_core.model.check import text_flaw
from mbml_core.phrases import did_you_mean


def add_variable(document: Document, command: commands.AddVariable) -> Document:
    """The drawing with one more variable, unconnected."""
    variable = Variable(command.id, _domain(command), command.name)
    require_free(document, command.id)
    require_sound(FactorGraph((variable,)))
    graph = replace(document.graph, variables=(*document.graph.variables, variable))
    return _placed(document.with_graph(graph), command.id, command.x, command.y)


def _domain(command: commands.AddVariable) -> Domain:
    if command.domain is None:
        return Categorical(tuple(command.states))
    if command.states or command.domain.model_extra:
        what = "the domain comes with states or fields beside it"
        raise refusal(command.id, what, "give the domain as in a file, and nothing else")
    return to_domain(command.domain)


def add_factor(document: Document, command: commands.AddFactor) -> Document:
    """The drawing with one more factor, which changes no belief yet."""
    require_variables(document, command.scope)
    variables = tuple(variable_of(document, id) for id in command.scope)
    if command.kind == "prior" and len(variables) != 1:
        raise refusal(command.id, f"a prior has one variable, this one {len(variables)}", "add a table instead")
    is_prior = command.kind == "prior"
    factor = kinds.uniform_prior(command.id, variables[0]) if is_prior else kinds.blank(command.id, variables)
    return _with_factor(document, factor, command.x, command.y)


def connect(document: Document, command: commands.Connect) -> Document:
    """The drawing with an edge more."""
    factor = factor_of(document, command.factor)
    newcomer = variable_of(document, command.variable)
    if command.variable in factor.scope:
        raise refusal(factor.id, f"'{newcomer.label}' is connected to it already", "connect another variable")
    variables = document.graph.domains(factor)
    if command.child:
        changed = kinds.conditional_on_rest(factor, variables, newcomer)
    else:
        changed = kinds.gain(factor, variables, newcomer)
    return with_factors(document, {factor.id: changed})


def add_parent(document: Document, command: commands.AddParent) -> Document:
    """The drawing with an arrow more: into the factor that has the child already, else into a new one."""
    parent, child = variable_of(document, command.parent), variable_of(document, command.child)
    if parent.id == child.id:
        raise refusal(child.id, f"'{child.label}' cannot be its own parent", "draw the arrow to another variable")
    owner = next((factor for factor in document.graph.factors if kinds.child_of(factor) == child.id), None)
    if owner is not None:
        joining = commands.Connect(type="connect", factor=owner.id, variable=parent.id)
        return connect(document, joining)
    factor = kinds.blank(command.factor, (parent, child), child.id)
    return _with_factor(document, factor, command.x, command.y)


def disconnect(document: Document, command: commands.Disconnect) -> Document:
    """The drawing with an edge less."""
    factor = factor_of(document, command.factor)
    variable = variable_of(document, command.variable)
    if variable.id not in factor.scope:
        raise refusal(factor.id, f"'{variable.label}' is not connected to it", "nothing to do")
    return with_factors(document, {factor.id: kinds.lose(factor, document.graph.domains(factor), variable.id)})


def delete(document: Document, command: commands.Delete) -> Document:
    """The drawing without some nodes, and without the factors that mean nothing without the deleted variables:
    those that had one as child or in another role by name, and those left without any variable or input.
    """
    gone = set(command.ids)
    require_nodes(document, gone)
    graph = document.graph
    variables = tuple(variable for variable in graph.variables if variable.id not in gone)
    factors = tuple(
        _without(graph, factor, gone) for factor in graph.factors if factor.id not in gone and _stays(factor, gone)
    )
    evidence = {id: observation for id, observation in graph.evidence.items() if id not in gone}
    return tidied(document.with_graph(FactorGraph(variables, factors, evidence, graph.name)))


def _stays(factor: Factor, gone: set[str]) -> bool:
    left = [id for id in factor.scope if id not in gone]
    if len(left) == len(factor.scope):
        return True
    least = 1 if KINDS[factor.kind].rules is None else 2
    is_played = kinds.child_of(factor) in gone or any(role_of(factor, id) for id in gone)
    return len(left) >= least and not is_played


def _without(graph: FactorGraph, factor: Factor, gone: set[str]) -> Factor:
    for id in [id for id in factor.scope if id in gone]:
        factor = kinds.lose(factor, graph.domains(factor), id)
    return factor


def rename(document: Document, command: commands.Rename) -> Document:
    """The drawing with another name at a node; an empty one shows the id."""
    require_nodes(document, [command.id])
    _require_text(command.id, command.name)
    index = document.graph.variable_index.get(command.id)
    if index is not None:
        return with_variable(document, replace(document.graph.variables[index], name=command.name))
    others = {key: value for key, value in document.extras.factors.get(command.id, {}).items() if key != "name"}
    named = {"name": command.name, **others} if command.name else others
    factors = {**document.extras.factors, command.id: named}
    return replace(document, extras=replace(document.extras, factors=factors))


def rename_model(document: Document, command: commands.RenameModel) -> Document:
    """The drawing under another title."""
    _require_text("", command.name)
    return document.with_graph(replace(document.graph, name=command.name))


def set_parameters(document: Document, command: commands.SetParameters) -> Document:
    """The drawing with other numbers in a factor. They may be unsound, but have the shape that its scope wants."""
    factor = factor_of(document, command.factor)
    changed = _parametrised(factor, command)
    variables = document.graph.domains(factor)
    if not fits(changed, variables):
        raise CommandRefused(check_parameters(changed, variables))
    return with_factors(document, {factor.id: changed})


def _parametrised(factor: Factor, command: commands.SetParameters) -> Factor:
    if command.kind not in KINDS:
        remedy = did_you_mean(command.kind, KINDS) or f"use one of {', '.join(KINDS)}"
        raise refusal(factor.id, f"there is no factor kind '{command.kind}'", remedy)
    if "child" in command.parameters:
        raise refusal(factor.id, "the child stands among the parameters", "give it beside them")
    _, findings = render(command.parameters)
    if findings:
        raise CommandRefused(replace(problem, where=factor.id) for problem in to_problems(findings, None))
    if command.child is not None and command.child not in factor.scope:
        raise refusal(factor.id, f"the child '{command.child}' is not in the scope", "connect it first")
    is_read = command.child is not None and "child" in KINDS[command.kind].parameters
    named = {"child": command.child} if is_read else {}
    return Factor(factor.id, command.kind, factor.scope, {**command.parameters, **named})


def set_scope(document: Document, command: commands.SetScope) -> Document:
    """The drawing with the variables of a factor in another order, which changes no belief."""
    factor = factor_of(document, command.factor)
    if sorted(command.scope) != sorted(factor.scope):
        what = "the new order does not name each variable of the factor once"
        raise refusal(factor.id, what, f"order {', '.join(factor.scope)}")
    return with_factors(document, {factor.id: kinds.reorder(factor, command.scope)})


def move(document: Document, command: commands.Move) -> Document:
    """The drawing with some nodes elsewhere."""
    moved = {id: (x, y) for id, x, y in command.positions}
    require_nodes(document, moved)
    return replace(document, layout={**document.layout, **moved})


def require_free(document: Document, id: str) -> None:
    """Raise CommandRefused where a variable or factor has this id."""
    if id in node_ids(document):
        raise refusal(id, f"the id '{id}' is taken", "choose another one")


def require_sound(graph: FactorGraph) -> None:
    """Raise CommandRefused with every problem in the structure of a graph."""
    problems = check_structure(graph)
    if problems:
        raise CommandRefused(problems)


def _require_text(where: str, name: str) -> None:
    flaw = text_flaw(name)
    if flaw:
        raise CommandRefused([Problem(where, f"the name {flaw}", "shorten it or remove the character")])


def _with_factor(document: Document, factor: Factor, x: float, y: float) -> Document:
    require_free(document, factor.id)
    require_sound(FactorGraph(document.graph.domains(factor), (factor,)))
    graph = replace(document.graph, factors=(*document.graph.factors, factor))
    return _placed(document.with_graph(graph), factor.id, x, y)


def _placed(document: Document, id: str, x: float, y: float) -> Document:
    return replace(document, layout={**document.layout, id: (x, y)})
