/**
 * The arithmetic of one step, entry by entry: which numbers are multiplied in each joint state, which products are
 * added, what the sums are divided by. Pure: everything is computed from the tables that the step names.
 *
 * @typedef {{states: number[], factors: number[], product: number}} Row  `states`: one index per variable of `scope`
 * @typedef {{states: number[], rows: Row[], made: number, mixed: number, result: number}} Group  `made`: sum (or
 *   largest) of the products; `mixed`: with the old message, where it is damped
 * @typedef {{scope: string[], columns: {name: string, isEvidence: boolean, isModel: boolean}[],
 *   groups: Group[], total: number, over: string[], isMax: boolean, damping: number, rowCount: number}} Arithmetic
 */

import { tableOf } from "./trace.js";

/**
 * @param {import("./trace.js").Trace} trace
 * @param {import("./trace.js").Step} step
 * @returns {Arithmetic|null} null where the step has none to show
 */
export function arithmeticOf(trace, step) {
  if (!step.values || step.hidden) return null;
  const tables = step.inputs.map((input) => tableOf(trace, input));
  const scope = [...step.scope, ...step.over];
  const sizes = scope.map((id) => trace.variables.get(id).states.length);
  const readers = tables.map((table) => reader(table, scope, trace));
  const perGroup = product(sizes.slice(step.scope.length));
  const old = step.old ? tableOf(trace, step.old).values : null;
  const groups = step.values.map((result, entry) => {
    const rows = Array.from({ length: perGroup }, (_, k) => rowAt(entry * perGroup + k, sizes, readers));
    const made = combined(rows.map((row) => row.product), step.isMax);
    const mixed = mixedOf(made, old?.[entry], step);
    return { states: rows[0].states.slice(0, step.scope.length), rows, made, mixed, result };
  });
  return {
    scope, over: step.over, isMax: step.isMax, damping: step.damping,
    columns: tables.map(({ name, isEvidence, isModel }) => ({ name, isEvidence, isModel })),
    groups, total: step.scale, rowCount: groups.length * perGroup,
  };
}

/** Reads the entry of a table at a joint state of `scope`. */
function reader({ scope: own, values }, scope, trace) {
  const sizes = own.map((id) => trace.variables.get(id).states.length);
  const places = own.map((id) => scope.indexOf(id));
  return (states) => values[places.reduce((index, place, axis) => index * sizes[axis] + states[place], 0)];
}

function rowAt(number, sizes, readers) {
  const states = [];
  let rest = number;
  for (let axis = sizes.length - 1; axis >= 0; axis -= 1) {
    states[axis] = rest % sizes[axis];
    rest = Math.floor(rest / sizes[axis]);
  }
  const factors = readers.map((read) => read(states));
  return { states, factors, product: product(factors) };
}

const product = (numbers) => numbers.reduce((total, number) => total * number, 1);
const combined = (numbers, isMax) => (isMax ? Math.max(...numbers) : numbers.reduce((a, b) => a + b, 0));

function mixedOf(made, old, { damping }) {
  return old > 0 && made > 0 ? old ** damping * made ** (1 - damping) : made;
}

/** Five significant digits, without a tail of zeros; powers of ten for what would be a row of zeros. */
export function numberText(number) {
  if (number === 0) return "0";
  const size = Math.abs(number);
  if (size >= 1e6 || size < 1e-4) return Number(number.toPrecision(4)).toExponential().replace("e+", "e");
  return String(Number(number.toPrecision(5)));
}
