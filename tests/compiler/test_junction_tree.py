from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbml_core.compiler.elimination import Elimination, best_elimination
from mbml_core.compiler.junction_tree import Clique, JunctionTree, build_junction_tree, has_running_intersection
from tests.compiler.structures import Scopes, hypergraphs, naive_elimination


@st.composite
def planned(draw: st.DrawFn) -> tuple[list[int], Scopes, Elimination, JunctionTree]:
    """A random graph, its tree, and the order it came from: the engine's own or any other."""
    sizes, scopes = draw(hypergraphs(most=9))
    if draw(st.booleans()):
        elimination = best_elimination(sizes, scopes)
    else:
        elimination = naive_elimination(sizes, scopes, draw(st.permutations(range(len(sizes)))))
    return sizes, scopes, elimination, build_junction_tree(sizes, elimination)


Planned = tuple[list[int], Scopes, Elimination, JunctionTree]


@given(planned())
def test_the_cliques_that_hold_a_variable_hang_together(drawn: Planned) -> None:
    """Running intersection by its definition: all of them but one have a parent that holds the variable, too."""
    sizes, _, _, tree = drawn
    for v in range(len(sizes)):
        holders = {i for i, clique in enumerate(tree.cliques) if v in clique.variables}
        assert len([i for i in holders if tree.cliques[i].parent not in holders]) == 1
    assert has_running_intersection(tree)


@given(planned())
def test_every_scope_lies_in_the_smallest_clique_that_holds_it(drawn: Planned) -> None:
    _, scopes, _, tree = drawn
    for scope in scopes:
        found = tree.smallest_clique_with(scope)
        fitting = [c for c in tree.cliques if set(scope) <= set(c.variables)]
        assert found is not None
        assert set(scope) <= set(tree.cliques[found].variables)
        if scope:
            assert tree.size(tree.cliques[found].variables) == min(tree.size(c.variables) for c in fitting)


@given(planned())
def test_the_cliques_are_the_maximal_elimination_cliques(drawn: Planned) -> None:
    _, _, elimination, tree = drawn
    eliminated = {frozenset((v, *n)) for v, n in zip(elimination.order, elimination.neighbours, strict=True)}
    maximal = {clique for clique in eliminated if not any(clique < other for other in eliminated)}
    assert len(tree.cliques) == len(maximal)
    assert {frozenset(clique.variables) for clique in tree.cliques} == maximal


@given(planned())
def test_a_separator_leads_and_is_what_the_parent_shares(drawn: Planned) -> None:
    _, _, _, tree = drawn
    for clique in tree.cliques:
        above = tree.cliques[clique.parent].variables if clique.parent >= 0 else ()
        assert clique.variables[: clique.n_shared] == clique.separator
        assert clique.variables == clique.separator + clique.residual
        assert set(clique.separator) == set(clique.variables) & set(above)
        assert clique.residual
        assert bool(clique.separator) == (clique.parent >= 0)


@given(planned())
def test_variables_stand_in_reverse_elimination_order_everywhere(drawn: Planned) -> None:
    _, _, elimination, tree = drawn
    position = {v: k for k, v in enumerate(elimination.order)}
    for clique in tree.cliques:
        assert list(clique.variables) == sorted(clique.variables, key=lambda v: -position[v])


@given(planned())
def test_children_come_before_their_parents(drawn: Planned) -> None:
    _, _, _, tree = drawn
    for i, clique in enumerate(tree.cliques):
        assert clique.parent == -1 or i < clique.parent < len(tree.cliques)
        assert tree.children[i] == tuple(c for c, other in enumerate(tree.cliques) if other.parent == i)


@given(planned())
def test_variables_know_their_cliques(drawn: Planned) -> None:
    sizes, _, _, tree = drawn
    assert tree.n_states == tuple(sizes)
    for v in range(len(sizes)):
        assert tree.cliques_of[v] == [i for i, clique in enumerate(tree.cliques) if v in clique.variables]
        assert v in tree.cliques[tree.home[v]].residual


@settings(max_examples=50)
@given(planned(), st.data())
def test_a_scope_in_no_clique_is_not_found(drawn: Planned, data: st.DataObject) -> None:
    sizes, _, _, tree = drawn
    scope = data.draw(st.lists(st.integers(0, len(sizes) - 1), unique=True))
    is_held = any(set(scope) <= set(clique.variables) for clique in tree.cliques)
    assert (tree.smallest_clique_with(scope) is not None) == is_held


# --- by hand -----------------------------------------------------------------------------------------------


def test_a_chain() -> None:
    """Taking 0, 1, 2, 3 out of 0 – 1 – 2 – 3: the cliques {0, 1}, {1, 2} and {2, 3}, joined by 1 and 2."""
    tree = build_junction_tree((2, 3, 4, 5), naive_elimination([2, 3, 4, 5], [(0, 1), (1, 2), (2, 3)], range(4)))
    assert tree.cliques == (Clique((1, 0), 1, 1), Clique((2, 1), 1, 2), Clique((3, 2), 0, -1))
    assert tree.children == ((), (0,), (1,))
    assert tree.home == {0: 0, 1: 1, 2: 2, 3: 2}
    assert [tree.size(clique.variables) for clique in tree.cliques] == [6, 12, 20]
    assert tree.smallest_clique_with((1,)) == 0
    assert tree.smallest_clique_with((2, 1)) == 1
    assert tree.smallest_clique_with((0, 3)) is None
    assert tree.smallest_clique_with(()) == 0


def test_islands_have_a_root_each() -> None:
    tree = build_junction_tree((2, 2, 2), best_elimination((2, 2, 2), [(0, 1)]))
    assert sorted(clique.parent for clique in tree.cliques) == [-1, -1]


def test_without_variables_one_empty_clique_holds_the_constants() -> None:
    tree = build_junction_tree((), best_elimination((), [()]))
    assert tree.cliques == (Clique((), 0, -1),)
    assert tree.smallest_clique_with(()) == 0
    assert tree.size(()) == 1
    assert has_running_intersection(tree)


# --- broken trees ------------------------------------------------------------------------------------------

SOUND = JunctionTree((2, 2, 2, 2), (Clique((1, 0), 1, 1), Clique((2, 1), 1, 2), Clique((3, 2), 0, -1)))


def test_the_tree_to_be_broken_is_sound() -> None:
    assert has_running_intersection(SOUND)


@pytest.mark.parametrize(
    ("i", "clique"),
    [
        pytest.param(0, Clique((1, 0), 1, 2), id="hung on a clique without its separator"),
        pytest.param(0, Clique((1, 0), 1, 0), id="its own parent"),
        pytest.param(1, Clique((2, 1), 1, 0), id="parent before child"),
        pytest.param(0, Clique((1, 0), 0, -1), id="cut off, so that 1 is residual twice"),
        pytest.param(0, Clique((1, 0), 2, 1), id="0 is residual nowhere"),
        pytest.param(0, Clique((3, 1, 0), 2, 1), id="3 skips the clique between"),
        pytest.param(2, Clique((3,), 0, -1), id="2 is missing above"),
        pytest.param(2, Clique((3, 2, 0), 0, -1), id="0 comes back at the root"),
        pytest.param(2, Clique((3, 2, 2), 0, -1), id="2 twice in one clique"),
    ],
)
def test_a_broken_tree_is_detected(i: int, clique: Clique) -> None:
    cliques = (*SOUND.cliques[:i], clique, *SOUND.cliques[i + 1 :])
    assert not has_running_intersection(dataclasses.replace(SOUND, cliques=cliques))


@settings(max_examples=50)
@given(planned(), st.data())
def test_losing_a_shared_variable_is_detected(drawn: Planned, data: st.DataObject) -> None:
    """Take a separator's variable out of the parent clique."""
    _, _, _, tree = drawn
    shared = [(clique.parent, v) for clique in tree.cliques for v in clique.separator]
    if not shared:
        return
    i, lost = data.draw(st.sampled_from(shared))
    parent = tree.cliques[i]
    variables = tuple(v for v in parent.variables if v != lost)
    n_shared = sum(v != lost for v in parent.separator)
    broken = (*tree.cliques[:i], Clique(variables, n_shared, parent.parent), *tree.cliques[i + 1 :])
    assert not has_running_intersection(JunctionTree(tree.n_states, broken))
