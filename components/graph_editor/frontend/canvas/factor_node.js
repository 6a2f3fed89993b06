/** A factor as it is drawn: a small square with the sign of its kind. */

import { label } from "../document.js";
import { clipped, visible } from "../text.js";
import { FACTOR } from "./geometry.js";
import { nodeNote, withNote } from "./labels.js";

const SIGNS = new Map([
  ["any_true", "∨"], ["noisy_or", "∨"], ["all_true", "∧"], ["noisy_and", "∧"], ["not", "¬"],
  ["xor", "⊕"], ["equal", "="], ["count_true", "#"], ["add_noise", "~"], ["prior", "π"],
]);
const NAME_ROOM = 150;

/** The sign of a factor: its kind's, `P` for a conditional table, `f` for a free one. */
function signOf(factor) {
  return SIGNS.get(factor.kind) ?? (factor.child === null || factor.child === undefined ? "f" : "P");
}

/** @returns {object} the square of a factor */
export function factorNode({ factor, place, level, marks, names }) {
  const [isSelected, isHighlighted, isConflict, problem, isTarget, look, note, isAside] = marks;
  const shape = { kind: "factor", shape: "square", width: FACTOR.size, height: FACTOR.size, radius: FACTOR.radius };
  return {
    ...shape, id: factor.id, x: place.x, y: place.y, level,
    sign: signOf(factor), caption: factor.name ? clipped(visible(factor.name), NAME_ROOM, "15px system-ui") : "",
    isSelected, isHighlighted, isConflict, problem: visible(problem), isTarget,
    look, note: nodeNote(note, { ...shape, look }), isAside,
    aria: withNote(ariaOf(factor, names), note),
  };
}

function ariaOf(factor, names) {
  const scope = factor.scope.map((id) => visible(names.has(id) ? label(names.get(id)) : id));
  const name = factor.name ? ` ${visible(factor.name)}` : "";
  return `Factor${name}, ${factor.kind.replaceAll("_", " ")}, of ${scope.join(", ") || "no variable"}`;
}
