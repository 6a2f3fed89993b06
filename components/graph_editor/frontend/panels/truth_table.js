/** What a structured factor kind says, written out as a table. The formulas are those of the model's kinds. */

import { tidy } from "./table_model.js";

/**
 * P(child | parents) of a structured kind as a flat list in scope order.
 * @param {string} kind
 * @param {import("./table_model.js").Axis[]} axes
 * @param {number} childAxis
 * @param {object} parameters
 * @returns {number[]|null}  null for a kind that is unknown here
 */
export function truthTable(kind, axes, childAxis, parameters) {
  if (kind === "prior") return [...parameters.probabilities];
  const distribution = DISTRIBUTIONS.get(kind);
  if (!distribution) return null;
  const sizes = axes.map((axis) => axis.states.length);
  const count = sizes.reduce((left, right) => left * right, 1);
  return Array.from({ length: count }, (_, place) => {
    const states = statesAt(place, sizes);
    const parents = states.filter((_, axis) => axis !== childAxis);
    return tidy(distribution(parents, parameters, sizes[childAxis])(states[childAxis]));
  });
}

/** kind → (parent states, parameters, child size) → (child state → probability) */
const DISTRIBUTIONS = new Map([
  ["noisy_or", (parents, parameters) => coin(1 - survival(parents, parameters, 1))],
  ["noisy_and", (parents, parameters) => coin(survival(parents, parameters, 0))],
  ["all_true", (parents) => certain(Number(parents.every((state) => state === 1)))],
  ["any_true", (parents) => certain(Number(parents.some((state) => state === 1)))],
  ["not", ([parent]) => certain(1 - parent)],
  ["xor", (parents) => certain(countTrue(parents) % 2)],
  ["equal", (parents) => certain(Number(parents.every((state) => state === parents[0])))],
  ["count_true", (parents) => certain(countTrue(parents))],
  ["add_noise", ([parent], parameters, size) => noisyCopy(parent, flipOf(parameters.flip, parent), size)],
]);

/** (1 − leak) Π (1 − p_i) over the parents in the active state: the chance that nothing sets the gate off. */
function survival(parents, parameters, active) {
  return parents.reduce(
    (rest, state, i) => (state === active ? rest * (1 - parameters.probabilities[i]) : rest),
    1 - (parameters.leak ?? 0),
  );
}

function countTrue(parents) {
  return parents.filter((state) => state === 1).length;
}

function coin(chance) {
  return (state) => (state === 1 ? chance : 1 - chance);
}

function certain(wanted) {
  return (state) => Number(state === wanted);
}

function flipOf(flip, parent) {
  return Array.isArray(flip) ? flip[parent] : flip;
}

function noisyCopy(parent, flip, size) {
  return (state) => (state === parent ? 1 - flip : flip / (size - 1));
}

function statesAt(place, sizes) {
  let left = place;
  return [...sizes].reverse().map((size) => {
    const state = left % size;
    left = Math.floor(left / size);
    return state;
  }).reverse();
}
