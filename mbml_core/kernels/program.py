"""A junction tree as a program: a flat list of instructions on one buffer, and nothing but integers.

The buffer holds, one after another, the tables of all cliques, the messages up, the messages down, the columns
(as long as the longest row of a table) and, where tables are kept between questions, a spare table as large as
the largest.

A message over a separator meets the table of the parent clique, where the separator's variables stand among
others: as loops (size, is kept), outermost first. Neighbouring variables that are both in the separator, or both
not, share one loop.

Executors may work on a large table block by block, so that it goes through all instructions while it is in the
processor's cache. A block begins where one of the table's variables changes its state. The tables of very large
trees need not even be kept from the upward to the downward pass, but for maxima: what made them is still there.

Instructions, each a code and its operands, `*` for repetition:

    ONES      start end                                     table = 1
    FILL      start end is_first value n_sliced (variable stride)* n_loops (size stride)*
                                                            table = or *= a table of the network at the observed
                                                            states
    WRITE     start message n_loops (size is_kept)*         table = message
    MULTIPLY  the same                                      table *= message
    WEIGH     start end variable n_states n_inner           table *= weights of evidence, if there are any
    SEND      start n_rows length message block is_stored   message = Σ of each row, scaled
    SCALE     start n_rows length message block is_stored target
                                                            target = table · message, row by row;
                                                            columns = Σ over rows
    SUM       start n_rows length message block is_stored   columns = Σ over rows of table · message
    READ      variable n_states n_inner                     belief of a variable = Σ of columns over the others,
                                                            which are summed over it
    SPREAD    like WRITE                                    message = Σ table over what is dropped
    JOIN      target message size is_first                  target = or *= message
    SHARE     target message up size                        target = message / up, scaled

Children with the same separator (the many effects of one cause) have their messages joined before they meet the
table, and share one sum on the way down. SEND comes last on the way up, SCALE or SUM first on the way down.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.arrays import TableArrays
from mbml_core.kernels.kernel import Flags, Ints, inlined_kernel, kernel, lean_kernel
from mbml_core.kernels.tree import Tree

ONES, FILL, WRITE, MULTIPLY, WEIGH, SEND, SCALE, SUM, READ, SPREAD, JOIN, SHARE = range(12)

LARGE = 1 << 21
"""Entries of all tables, 16 MB, from which they do not stay in the processor's last cache: making a table again,
block by block, is then faster than to read it from memory."""
SEND_WORDS = 7
LENGTHS = 3, 0, 0, 0, 6, SEND_WORDS, 8, 7, 4, 0, 5, 5
"""Words of each instruction, 0 where there are loops."""
BLOCK = 1 << 15
"""Entries that are worked on at a time: 256 kB, a part of the second cache."""
LOOK_BACK = 16
"""Siblings that a clique's separator is compared with; where many are alike, they are found one from the other."""

TABLES, UP, DOWN, COLUMNS, SPARE, END = range(6)
"""Entries of `Program.sections`."""


class Program(NamedTuple):
    """What to run for one question.

    Attributes:
        code: the instructions.
        collect_start: (C + 1,) those of the upward pass for clique i begin at code[collect_start[i]]; children
            come before parents.
        distribute_start: (C + 1,) those of the downward pass; to be run from the last clique to the first.
        parent: (C,) −1 for a root.
        sections: where the parts of the buffer begin, and its length.
    """

    code: Ints
    collect_start: Ints
    distribute_start: Ints
    parent: Ints
    sections: Ints


class Alike(NamedTuple):
    """Which children of a clique have the same separator.

    Attributes:
        is_first: (C,) whether none before it has.
        following: (C,) the next one that has, −1 where there is none.
    """

    is_first: Flags
    following: Ints


@kernel
def assemble(tree: Tree, network: TableArrays, keeps_tables: bool) -> Program:
    """The program of a tree over a network.

    With `keeps_tables` the downward pass leaves the tables as the upward pass made them, so that the next question
    need only renew those that change.
    """
    n_cliques = tree.parent.shape[0]
    sections = _sections(tree, keeps_tables)
    alike = Alike(np.ones(n_cliques, np.bool_), np.full(n_cliques, -1, np.int64))
    _find_alike(tree, alike)
    code = np.empty(_most_words(tree, network), np.int64)
    collect_start = np.zeros(n_cliques + 1, np.int64)
    distribute_start = np.zeros(n_cliques + 1, np.int64)
    in_separator = np.full(network.n_states.shape[0], -1, np.int64)
    stride_of = np.zeros(network.n_states.shape[0], np.int64)
    end = 0
    for i in range(n_cliques):
        collect_start[i] = end
        end = _collect(code, end, i, tree, network, alike, sections, in_separator, stride_of)
    collect_start[n_cliques] = end
    for i in range(n_cliques):
        distribute_start[i] = end
        end = _distribute(code, end, i, tree, network, alike, sections, in_separator)
    distribute_start[n_cliques] = end
    return Program(code[:end].copy(), collect_start, distribute_start, tree.parent, sections)


@kernel
def _sections(tree: Tree, keeps_tables: bool) -> Ints:
    longest, largest = 0, 0
    for i in range(tree.parent.shape[0]):
        longest = max(longest, tree.row_length[i])
        largest = max(largest, tree.table_start[i + 1] - tree.table_start[i])
    sections = np.zeros(6, np.int64)
    sections[UP] = tree.table_start[-1]
    sections[DOWN] = sections[UP] + tree.message_start[-1]
    sections[COLUMNS] = sections[DOWN] + tree.message_start[-1]
    sections[SPARE] = sections[COLUMNS] + longest
    sections[END] = sections[SPARE] + (largest if keeps_tables else 0)
    return sections


@lean_kernel
def _most_words(tree: Tree, network: TableArrays) -> int:
    """No fewer words than the program will have."""
    n_words = 0
    for i in range(tree.parent.shape[0]):
        n_variables = tree.scope_start[i + 1] - tree.scope_start[i]
        n_children = tree.child_start[i + 1] - tree.child_start[i]
        n_words += 18 + 10 * n_variables + n_children * (18 + 4 * n_variables)
        for f in range(tree.factor_start[i], tree.factor_start[i + 1]):
            table = tree.factors[f]
            n_axes = network.scope_start[table + 1] - network.scope_start[table]
            n_words += 7 + 2 * n_axes + 2 * n_variables
    return n_words


@inlined_kernel
def _emit(code: Ints, end: int, words: tuple[int, ...]) -> int:
    for word in words:
        code[end] = word
        end += 1
    return end


@lean_kernel
def length_of(code: Ints, at: int) -> int:
    """Words of the instruction at `at`."""
    operation = code[at]
    if operation == FILL:
        n_sliced = int(code[at + 5])
        return 7 + 2 * n_sliced + 2 * int(code[at + 6 + 2 * n_sliced])
    if operation in (WRITE, MULTIPLY, SPREAD):
        return 4 + 2 * int(code[at + 3])
    return LENGTHS[operation]


@lean_kernel
def _collect(code: Ints, end: int, i: int, tree: Tree, network: TableArrays, alike: Alike,
             sections: Ints, in_separator: Ints, stride_of: Ints) -> int:  # fmt: skip
    """Instructions of clique i's part of the upward pass."""
    start, stop = tree.table_start[i], tree.table_start[i + 1]
    is_empty = True
    for f in range(tree.factor_start[i], tree.factor_start[i + 1]):
        end = _fill(code, end, i, tree.factors[f], is_empty, tree, network, stride_of)
        is_empty = False
    for k in range(tree.child_start[i], tree.child_start[i + 1]):
        c = tree.children[k]
        if not alike.is_first[c]:
            continue
        message = sections[UP] + tree.message_start[c]
        if alike.following[c] >= 0:
            end, message = _join(code, end, c, tree, alike, sections)
        end = _emit(code, end, (WRITE if is_empty else MULTIPLY, start, message))
        end = _separator(code, end, c, i, tree, network, in_separator)
        is_empty = False
    if is_empty:
        end = _emit(code, end, (ONES, start, stop))
    inner = 1
    for at in range(tree.scope_start[i + 1] - 1, tree.scope_start[i] + tree.n_shared[i] - 1, -1):
        n = network.n_states[tree.scope[at]]
        end = _emit(code, end, (WEIGH, start, stop, tree.scope[at], n, inner))
        inner *= n
    n_rows = tree.message_start[i + 1] - tree.message_start[i]
    message = sections[UP] + tree.message_start[i]
    block = _block_length(i, tree, network)
    return _emit(code, end, (SEND, start, n_rows, tree.row_length[i], message, block, _is_stored(i, tree, block)))


@lean_kernel
def _is_stored(i: int, tree: Tree, block: int) -> int:
    """Whether clique i's table stays from one pass to the other."""
    return int(tree.table_start[-1] < LARGE or tree.table_start[i + 1] - tree.table_start[i] <= block)


@lean_kernel
def _block_length(i: int, tree: Tree, network: TableArrays) -> int:
    """Entries of clique i's table that are worked on at a time."""
    length = 1
    for at in range(tree.scope_start[i + 1] - 1, tree.scope_start[i] - 1, -1):
        n = network.n_states[tree.scope[at]]
        if length > 1 and length * n > BLOCK:
            break
        length *= n
    return length


@lean_kernel
def _fill(code: Ints, end: int, i: int, table: int, is_first: bool, tree: Tree, network: TableArrays,
          stride_of: Ints) -> int:  # fmt: skip
    """A table of the network into clique i: neighbouring loops are merged where one stride serves both."""
    end = _emit(code, end, (FILL, tree.table_start[i], tree.table_start[i + 1], int(is_first)))
    end = _emit(code, end, (network.value_start[table], 0))
    counter = end - 1
    for k in range(network.scope_start[table], network.scope_start[table + 1]):
        stride_of[network.scope[k]] = network.stride[k]
    n_found = 0
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        n_found += 1 if stride_of[tree.scope[at]] > 0 else 0
    if n_found < network.scope_start[table + 1] - network.scope_start[table]:
        end = _sliced(code, end, i, table, tree, network, stride_of)
        code[counter] = (end - counter - 1) // 2
    counter = end
    end += 1
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        n, stride = network.n_states[tree.scope[at]], stride_of[tree.scope[at]]
        if end > counter + 1 and code[end - 1] == stride * n:
            code[end - 2] *= n
            code[end - 1] = stride
        else:
            end = _emit(code, end, (n, stride))
    code[counter] = (end - counter - 1) // 2
    for k in range(network.scope_start[table], network.scope_start[table + 1]):
        stride_of[network.scope[k]] = 0
    return end


@lean_kernel
def _sliced(code: Ints, end: int, i: int, table: int, tree: Tree, network: TableArrays, stride_of: Ints) -> int:
    """The variables of a table that clique i does not have: they are observed."""
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        stride_of[tree.scope[at]] = -stride_of[tree.scope[at]]
    for k in range(network.scope_start[table], network.scope_start[table + 1]):
        if stride_of[network.scope[k]] > 0:
            end = _emit(code, end, (network.scope[k], network.stride[k]))
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        stride_of[tree.scope[at]] = -stride_of[tree.scope[at]]
    return end


@lean_kernel
def _separator(code: Ints, end: int, child: int, parent: int, tree: Tree, network: TableArrays,
               in_separator: Ints) -> int:  # fmt: skip
    """Operands that say how a child's separator lies in its parent's table."""
    counter = end
    end += 1
    _mark(tree, child, in_separator)
    for at in range(tree.scope_start[parent], tree.scope_start[parent + 1]):
        n, is_kept = network.n_states[tree.scope[at]], int(in_separator[tree.scope[at]] == child)
        if end > counter + 1 and code[end - 1] == is_kept:
            code[end - 2] *= n
        else:
            end = _emit(code, end, (n, is_kept))
    code[counter] = (end - counter - 1) // 2
    return end


@lean_kernel
def _distribute(code: Ints, end: int, i: int, tree: Tree, network: TableArrays, alike: Alike,
             sections: Ints, in_separator: Ints) -> int:  # fmt: skip
    """Instructions of clique i's part of the downward pass."""
    start, length = tree.table_start[i], tree.row_length[i]
    n_rows = tree.message_start[i + 1] - tree.message_start[i]
    message = sections[DOWN] + tree.message_start[i]
    block = _block_length(i, tree, network)
    is_stored = _is_stored(i, tree, block)
    target = sections[SPARE] if sections[END] > sections[SPARE] else start
    if tree.child_start[i] == tree.child_start[i + 1]:
        end = _emit(code, end, (SUM, start, n_rows, length, message, block, is_stored))
    else:
        end = _emit(code, end, (SCALE, start, n_rows, length, message, block, is_stored, target))
    inner = length
    for at in range(tree.scope_start[i] + tree.n_shared[i], tree.scope_start[i + 1]):
        n = network.n_states[tree.scope[at]]
        inner //= n
        end = _emit(code, end, (READ, tree.scope[at], n, inner))
    for k in range(tree.child_start[i], tree.child_start[i + 1]):
        c = tree.children[k]
        if alike.is_first[c]:
            onto = alike.following[c] if alike.following[c] >= 0 else c
            end = _emit(code, end, (SPREAD, target, sections[DOWN] + tree.message_start[onto]))
            end = _separator(code, end, c, i, tree, network, in_separator)
            end = _share(code, end, c, tree, alike, sections)
    return end


@lean_kernel
def _join(code: Ints, end: int, first: int, tree: Tree, alike: Alike, sections: Ints) -> tuple[int, int]:
    """The product of the messages of alike children, in the place of the first one's message down, which is
    free.
    """
    target = sections[DOWN] + tree.message_start[first]
    size = tree.message_start[first + 1] - tree.message_start[first]
    c = first
    while c >= 0:
        end = _emit(code, end, (JOIN, target, sections[UP] + tree.message_start[c], size, int(c == first)))
        c = alike.following[c]
    return end, target


@lean_kernel
def _share(code: Ints, end: int, first: int, tree: Tree, alike: Alike, sections: Ints) -> int:
    """Messages to alike children from the sum that lies in the place of one, which therefore comes last: of the
    second where there is one, as the product of their messages still lies in the place of the first.
    """
    last = alike.following[first] if alike.following[first] >= 0 else first
    of = sections[DOWN] + tree.message_start[last]
    size = tree.message_start[first + 1] - tree.message_start[first]
    c = first
    while c >= 0:
        if c != last:
            start = tree.message_start[c]
            end = _emit(code, end, (SHARE, sections[DOWN] + start, of, sections[UP] + start, size))
        c = alike.following[c]
    return _emit(code, end, (SHARE, of, of, sections[UP] + tree.message_start[last], size))


@lean_kernel
def _find_alike(tree: Tree, alike: Alike) -> None:
    for i in range(tree.parent.shape[0]):
        first = tree.child_start[i]
        for k in range(first + 1, tree.child_start[i + 1]):
            for back in range(k - 1, max(first, k - LOOK_BACK) - 1, -1):
                if _is_same_separator(tree, tree.children[back], tree.children[k]):
                    alike.is_first[tree.children[k]] = False
                    alike.following[tree.children[back]] = tree.children[k]
                    break


@lean_kernel
def _is_same_separator(tree: Tree, left: int, right: int) -> bool:
    if tree.n_shared[left] != tree.n_shared[right]:
        return False
    for at in range(tree.n_shared[left]):
        if tree.scope[tree.scope_start[left] + at] != tree.scope[tree.scope_start[right] + at]:
            return False
    return True


@lean_kernel
def _mark(tree: Tree, i: int, in_separator: Ints) -> None:
    for at in range(tree.scope_start[i], tree.scope_start[i] + tree.n_shared[i]):
        in_separator[tree.scope[at]] = i
