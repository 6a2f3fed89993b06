/** Ready-made factors: what can be put on a scope, why something cannot, and the parameters it starts with. */

import { mapRows, nested, normalised, tableLayout } from "./table_model.js";
import { truthTable } from "./truth_table.js";

/** How surely a parent acts in a new noisy gate, until somebody knows better. */
const START_STRENGTH = 0.9;
/** How often a new noisy copy comes out wrong. */
const START_FLIP = 0.1;
/** Larger tables are not written out from a structured kind; the editor would not show them either. */
export const MAX_WRITTEN = 4096;

const TRUE_NAMES = new Set(["yes", "true", "t", "1", "on", "present", "positive"]);
const FALSE_NAMES = new Set(["no", "false", "f", "0", "off", "absent", "negative"]);

/**
 * @typedef {import("./table_model.js").Axis} Axis
 * @typedef {{axes: Axis[], childAxis: number|null}} Scope  the variables of a factor, and which one is its child
 * @typedef {{kind: string, label: string, says: string,
 *            misfit: (parents: Axis[], child: Axis|null) => string}} KindEntry
 */

/** @type {KindEntry[]} */
export const KINDS = [
  { kind: "table", label: "Table", says: "Every value written out.", misfit: () => "" },
  { kind: "prior", label: "Prior", says: "The distribution of one variable.", misfit: (parents, child) => (
    child && parents.length === 0 ? "" : "for one variable alone"
  ) },
  {
    kind: "noisy_or", label: "Noisy or", says: "Each true parent alone may turn the child on.",
    misfit: gateMisfit,
  },
  {
    kind: "noisy_and", label: "Noisy and", says: "Each false parent alone may turn the child off.",
    misfit: gateMisfit,
  },
  { kind: "all_true", label: "And", says: "True exactly when all parents are.", misfit: gateMisfit },
  { kind: "any_true", label: "Or", says: "True exactly when some parent is.", misfit: gateMisfit },
  { kind: "not", label: "Not", says: "True exactly when the parent is not.", misfit: (parents, child) => (
    parents.length === 1 ? gateMisfit(parents, child) : "needs exactly one parent"
  ) },
  { kind: "xor", label: "Xor", says: "True when an odd number of parents is.", misfit: gateMisfit },
  { kind: "equal", label: "Equal", says: "True exactly when all parents agree.", misfit: equalMisfit },
  { kind: "count_true", label: "Count", says: "How many parents are true.", misfit: countMisfit },
  { kind: "add_noise", label: "Add noise", says: "A copy that may come out wrong.", misfit: copyMisfit },
];

/**
 * Why a kind does not fit a scope, in a few words; "" where it does.
 * @param {KindEntry} entry
 * @param {Scope} scope
 */
export function misfit(entry, { axes, childAxis }) {
  const place = childAxis ?? axes.length - 1;
  return entry.misfit(axes.filter((_, i) => i !== place), axes[place] ?? null);
}

/**
 * Ways to fill a table.
 * @param {Scope} scope
 * @returns {{id: string, label: string, misfit: string, fill: (random: () => number) => number[]}[]}
 */
export function fills({ axes, childAxis }) {
  const layout = tableLayout(axes, childAxis);
  const count = layout.rows * layout.columns;
  const each = (change) => mapRows(layout, Array(count).fill(0), change);
  const copied = copiedParent(axes, childAxis);
  const even = childAxis === null ? 1 : 1 / layout.columns;
  return [
    { id: "uniform", label: "Uniform", misfit: "", fill: () => Array(count).fill(even) },
    {
      id: "random",
      label: "Random",
      misfit: "",
      fill: (random) => each((row) => randomRow(row.length, random)),
    },
    {
      id: "copy",
      label: "Copy of the parent",
      misfit: copied === null ? "needs a child and one parent with as many states" : "",
      fill: () => truthTable("add_noise", axes, childAxis, { flip: 0 }),
    },
  ];
}

/**
 * The parameters a factor gets when its kind becomes `kind`; what it said before is kept where that can be said.
 * @param {string} kind
 * @param {Scope} scope
 * @param {number[]|null} values  the table the factor equals now, flat; null when unknown
 * @param {object|null} before  its parameters in the old kind
 */
export function startParameters(kind, { axes, childAxis }, values, before) {
  const parents = Math.max(axes.length - 1, 0);
  if (kind === "table") {
    const sizes = axes.map((axis) => axis.states.length);
    return { values: nested(values ?? uniform(axes, childAxis), sizes) };
  }
  if (kind === "prior") return { probabilities: normalised(values ?? axes[0].states.map(() => 1)) };
  if (kind === "add_noise") return { flip: START_FLIP };
  if (kind !== "noisy_or" && kind !== "noisy_and") return {};
  const known = before?.probabilities;
  const probabilities = known?.length === parents ? known : Array(parents).fill(START_STRENGTH);
  return { probabilities, leak: before?.leak ?? 0 };
}

/**
 * Strengths of the parents after another variable became the child: each keeps its own, the new parent takes over
 * that of the new child.
 * @param {string[]} scope
 * @param {string} oldChild
 * @param {string} newChild
 * @param {number[]} strengths  per old parent, in scope order
 */
export function movedStrengths(scope, oldChild, newChild, strengths) {
  const known = new Map(scope.filter((id) => id !== oldChild).map((id, i) => [id, strengths[i]]));
  return scope.filter((id) => id !== newChild).map((id) => known.get(id) ?? known.get(newChild));
}

function uniform(axes, childAxis) {
  return fills({ axes, childAxis })[0].fill();
}

/** Uniform over all distributions: normalised exponential variables. */
function randomRow(size, random) {
  return normalised(Array.from({ length: size }, () => -Math.log(1 - random())));
}

function copiedParent(axes, childAxis) {
  if (childAxis === null || axes.length !== 2) return null;
  return copyMisfit([axes[1 - childAxis]], axes[childAxis]) === "" ? 1 - childAxis : null;
}

function gateMisfit(parents, child) {
  if (!child || parents.length === 0) return "needs a parent";
  return booleanMisfit([...parents, child]);
}

function booleanMisfit(axes) {
  const large = axes.find((axis) => axis.states.length !== 2);
  if (large) return `${large.label} needs two states`;
  const turned = axes.find(({ states: [first, second] }) => (
    TRUE_NAMES.has(first.toLowerCase()) && FALSE_NAMES.has(second.toLowerCase())
  ));
  return turned ? `${turned.label} needs “${turned.states[0]}” as its second state` : "";
}

function equalMisfit(parents, child) {
  if (parents.length < 2) return "needs two parents or more";
  const other = parents.find((axis) => axis.states.length !== parents[0].states.length);
  return other ? `${other.label} needs ${parents[0].states.length} states` : booleanMisfit([child]);
}

function countMisfit(parents, child) {
  if (parents.length === 0) return "needs a parent";
  if (child.states.length !== parents.length + 1) return `${child.label} needs ${parents.length + 1} states`;
  return booleanMisfit(parents);
}

function copyMisfit(parents, child) {
  if (parents.length !== 1) return "needs exactly one parent";
  const size = parents[0].states.length;
  if (size < 2) return `${parents[0].label} needs two states or more`;
  return child.states.length === size ? "" : `${child.label} needs ${size} states`;
}
