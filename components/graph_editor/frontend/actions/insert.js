/** A part of a drawing as text: what copy writes and paste reads. Pure. */

import { GRID } from "../canvas/geometry.js";
import { freeId } from "../document.js";
import { uniqueName, variableNames } from "./plan.js";

/** A larger clipboard is no drawing that anybody copied here. */
const MAX_TEXT = 5_000_000;

/**
 * @param {string} text
 * @returns {object | null} the mbml-graph object in a clipboard's text, null where it is something else
 */
export function readFragment(text) {
  if (text.length > MAX_TEXT || !text.trimStart().startsWith("{")) return null;
  try {
    const value = JSON.parse(text);
    return value?.format === "mbml-graph" && Array.isArray(value.variables) ? value : null;
  } catch {
    return null;
  }
}

/**
 * The command that inserts a fragment: every id that is taken is replaced by the smallest free one, every name
 * that is shown already gets a number.
 *
 * @param {object} drawing
 * @param {object} fragment mbml-graph JSON object
 * @param {{by: number} | {at: {x: number, y: number}}} where moved by a distance, or its middle at a point
 * @returns {object}
 */
export function planInsert(drawing, fragment, where) {
  const taken = new Set();
  const ids = [
    ...freshIds(drawing, idsOf(fragment.variables), "x", taken),
    ...freshIds(drawing, idsOf(fragment.factors), "f", taken),
  ];
  const document = { ...fragment, variables: renamed(fragment.variables, variableNames(drawing)) };
  return { type: "insert", document, ids, ...shift(fragment, where) };
}

function idsOf(records) {
  const all = Array.isArray(records) ? records : [];
  return all.map((record) => record?.id).filter((id) => typeof id === "string");
}

function freshIds(drawing, ids, prefix, taken) {
  return ids.map((id) => {
    const isFree = !drawing.variables.has(id) && !drawing.factors.has(id) && !taken.has(id);
    const fresh = isFree ? id : freeId(drawing, prefix, taken);
    taken.add(fresh);
    return [id, fresh];
  });
}

function renamed(variables, names) {
  return variables.map((variable) => {
    const name = variable?.name || variable?.id;
    if (typeof name !== "string") return variable;
    const free = uniqueName(name, names);
    names.add(free);
    return free === name ? variable : { ...variable, name: free };
  });
}

function shift(fragment, where) {
  if ("by" in where) return { dx: where.by, dy: where.by };
  const places = Object.values(fragment.layout ?? {}).filter(isPlace);
  if (places.length === 0) return { dx: 0, dy: 0 };
  const middle = [0, 1].map((axis) => {
    const values = places.map((place) => place[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  });
  return { dx: rounded(where.at.x - middle[0]), dy: rounded(where.at.y - middle[1]) };
}

function isPlace(value) {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
}

function rounded(distance) {
  return Math.round(distance / GRID) * GRID;
}
