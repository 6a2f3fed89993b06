/** The numbers of a factor: its scope as axes, its table, and what an edit makes of them; pure. */

import { label } from "../document.js";
import { flat, mapRows, nested, normalised, tableLayout } from "./table_model.js";
import { KINDS, MAX_WRITTEN, misfit, movedStrengths, startParameters } from "./templates.js";
import { truthTable } from "./truth_table.js";

/**
 * The variables of a factor, and which of them is its child.
 * @param {import("../drawing.js").Drawing} drawing
 * @param {object} factor
 * @returns {import("./templates.js").Scope}
 */
export function scopeOf(drawing, factor) {
  const axes = factor.scope.map((id) => {
    const variable = drawing.variables.get(id);
    return { id, label: label(variable), states: variable.states };
  });
  return { axes, childAxis: factor.child === null ? null : factor.scope.indexOf(factor.child) };
}

/**
 * The table a factor is or equals, flat; null where its numbers do not fit, or are too many.
 * @returns {number[]|null}
 */
export function valuesOf(drawing, factor) {
  if (!factor.parameters || factor.entries > MAX_WRITTEN) return null;
  const { axes, childAxis } = scopeOf(drawing, factor);
  const count = axes.reduce((size, axis) => size * axis.states.length, 1);
  const values = writtenOut(factor, axes, childAxis);
  const fits = values?.length === count && values.every((value) => Number.isFinite(value));
  return fits ? values : null;
}

/**
 * What of a factor changes when its table becomes `values`.
 * @param {number[]} values  flat
 */
export function withValues(drawing, factor, values) {
  if (factor.kind === "prior") return { parameters: { probabilities: values } };
  const { axes, childAxis } = scopeOf(drawing, factor);
  return { parameters: { values: nested(values, tableLayout(axes, childAxis).sizes) } };
}

/** What of a factor changes when it becomes another kind. */
export function withKind(drawing, factor, kind) {
  const scope = scopeOf(drawing, factor);
  const child = kind === "prior" ? null : childFor(kind, factor);
  return { kind, child, parameters: startParameters(kind, scope, valuesOf(drawing, factor), factor.parameters) };
}

/**
 * What of a factor changes when another variable of its scope becomes its child, or none does.
 * @param {string|null} child
 */
export function withChild(drawing, factor, child) {
  if (factor.kind !== "table") return { child, parameters: strengthsMoved(factor, child) };
  const { axes } = scopeOf(drawing, factor);
  const layout = tableLayout(axes, child === null ? null : factor.scope.indexOf(child));
  const values = valuesOf(drawing, factor);
  const next = child === null ? values : mapRows(layout, values, normalised);
  return { child, parameters: { values: nested(next, layout.sizes) } };
}

/** Why a factor cannot become another kind; "" where it can. */
export function obstacle(factor, entry, scope) {
  const isTooLarge = entry.kind === "table" && factor.entries > MAX_WRITTEN;
  return isTooLarge ? `${factor.entries.toLocaleString("en")} entries are too many` : misfit(entry, scope);
}

/** A prior names no child: it has only one variable. */
export function namedChild(factor) {
  return factor.kind === "prior" ? null : factor.child;
}

function writtenOut(factor, axes, childAxis) {
  if (factor.kind === "table") return flat(factor.parameters.values);
  if (factor.kind === "prior") return factor.parameters.probabilities ?? null;
  const entry = KINDS.find(({ kind }) => kind === factor.kind);
  const isSound = entry && childAxis !== null && misfit(entry, { axes, childAxis }) === "";
  return isSound ? truthTable(factor.kind, axes, childAxis, factor.parameters) : null;
}

function strengthsMoved({ scope, child: before, parameters }, child) {
  const strengths = parameters.probabilities;
  if (!strengths) return parameters;
  return { ...parameters, probabilities: movedStrengths(scope, before, child, strengths) };
}

function childFor(kind, factor) {
  return kind === "table" ? factor.child : factor.child ?? factor.scope.at(-1);
}
