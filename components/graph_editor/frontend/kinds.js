/**
 * What becomes of a factor when its scope or the states around it change. The twin of
 * mbml_core/editing/kinds.py: a kind stays where it still fits, otherwise the factor becomes the table it equals.
 * A draft, which does not fit as it is, keeps its kind.
 *
 * @typedef {{kind: string, scope: string[], child: string|null}} Shape a factor without its numbers
 * @typedef {Map<string, import("./drawing.js").Variable>} Variables
 */

import { drawnChild } from "./drawing.js";

/** Kinds whose numbers are the values of the factor. */
const WRITTEN_OUT = new Set(["table", "prior"]);

const TRUE_NAMES = new Set(["yes", "true", "t", "1", "on", "present", "positive"]);
const FALSE_NAMES = new Set(["no", "false", "f", "0", "off", "absent", "negative"]);

const sizeOf = (variable) => variable.states.length;
const sameSize = (variables) => variables.every((variable) => sizeOf(variable) === sizeOf(variables[0]));
const lower = (name) => name.toLowerCase();

/** Two states, the second of which may be the true one. */
function isBoolean({ states }) {
  return states.length === 2 && !(TRUE_NAMES.has(lower(states[0])) && FALSE_NAMES.has(lower(states[1])));
}

const isGate = (parents, child) => parents.length > 0 && [...parents, child].every(isBoolean);

/** By kind, whether it can connect these parents to this child. Kinds that take everything are missing. */
const FITS = new Map([
  ["noisy_or", isGate],
  ["noisy_and", isGate],
  ["all_true", isGate],
  ["any_true", isGate],
  ["xor", isGate],
  ["not", (parents, child) => parents.length === 1 && isGate(parents, child)],
  ["equal", (parents, child) => parents.length > 1 && sameSize(parents) && isBoolean(child)],
  ["count_true", (parents, child) => isCount(parents, child)],
  ["add_noise", (parents, child) => parents.length === 1 && sizeOf(child) > 1 && sameSize([...parents, child])],
]);

function isCount(parents, child) {
  return parents.length > 0 && parents.every(isBoolean) && sizeOf(child) === parents.length + 1;
}

/** Whether a kind can connect these variables in this way; whatever its numbers are. */
function fits({ kind, scope, child }, variables) {
  if (!FITS.has(kind) || child === null) return !FITS.has(kind);
  const parents = scope.filter((id) => id !== child).map((id) => variables.get(id));
  return FITS.get(kind)(parents, variables.get(child));
}

/** Whether a structured kind fits, with strengths that are probabilities. Only then does it equal a table. */
function isSound(factor, variables) {
  const numbers = Object.values(factor.parameters ?? {}).flat(Infinity);
  const areProbabilities = numbers.every((p) => typeof p === "number" && p >= 0 && p <= 1);
  return areProbabilities && fits(factor, variables);
}

/** The shape in its own kind where that fits or nothing fitted before, else as a table. */
function kept(factor, candidate, before, after = before) {
  if (WRITTEN_OUT.has(factor.kind)) return { ...candidate, kind: "table" };
  const stays = fits(candidate, after) || !isSound(factor, before);
  return stays ? candidate : { ...candidate, kind: "table" };
}

/**
 * The factor with one more variable, before its child where it has one. In a structured kind the first variable of
 * all is the child.
 * @param {import("./drawing.js").Factor} factor
 * @param {Variables} variables
 * @param {string} newcomer
 * @returns {Shape}
 */
export function gained(factor, variables, newcomer) {
  const { kind, scope, child } = factor;
  const port = child === null ? scope.length : scope.indexOf(child);
  const shape = kept(factor, { kind, scope: scope.toSpliced(port, 0, newcomer), child }, variables);
  return scope.length ? shape : { ...shape, child: drawnChild(shape.kind, shape.scope, null) };
}

/**
 * The factor without a variable. Without its child it is a potential; with nothing but its child, a prior.
 * @param {import("./drawing.js").Factor} factor
 * @param {Variables} variables
 * @param {string} id
 * @returns {Shape}
 */
export function lost(factor, variables, id) {
  const scope = factor.scope.filter((other) => other !== id);
  if (id === factor.child) return { kind: "table", scope, child: null };
  return asPrior(kept(factor, { kind: factor.kind, scope, child: factor.child }, variables));
}

function asPrior(shape) {
  const isAlone = shape.kind === "table" && shape.scope.length === 1 && shape.child !== null;
  return isAlone ? { ...shape, kind: "prior" } : shape;
}

/**
 * The factor after one of its variables got other states; the factor itself where it still says the same.
 * @param {import("./drawing.js").Factor} factor
 * @param {Variables} before
 * @param {Variables} after
 * @param {boolean} isRenaming whether every state is where it was
 * @returns {import("./drawing.js").Factor | Shape}
 */
export function restated(factor, before, after, isRenaming) {
  const { kind, scope, child } = factor;
  const isWrittenOut = WRITTEN_OUT.has(kind);
  const wasSound = isWrittenOut || isSound(factor, before);
  if (!wasSound || (isRenaming && (isWrittenOut || fits(factor, after)))) return factor;
  return { kind: kind === "prior" ? "prior" : "table", scope, child };
}
