/** The rows of the belief table and what is said about changes; pure. */

import { label } from "../document.js";
import { visible } from "../text.js";

/** Changes smaller than this are not read out: they would be "from 50 % to 50 %". */
const AUDIBLE = 0.005;

/**
 * @typedef {{id: string, variable: string, state: string, index: number, belief: number|null, prior: number|null,
 *            change: number|null}} Row
 * @typedef {{column: keyof Row, direction: "ascending"|"descending"}} Sort
 */

/**
 * One row per state of every variable, in the order of the drawing.
 * @param {import("../drawing.js").Drawing} drawing
 * @param {object} sections
 * @returns {Row[]}
 */
export function beliefRows(drawing, sections) {
  const beliefs = new Map(sections.beliefs?.values ?? []);
  const priors = new Map(sections.prior ?? []);
  return [...drawing.variables.values()].flatMap((variable) => variable.states.map((state, index) => {
    const belief = beliefs.get(variable.id)?.[index] ?? null;
    const prior = priors.get(variable.id)?.[index] ?? null;
    const change = belief === null || prior === null ? null : belief - prior;
    return { id: variable.id, variable: label(variable), state, index, belief, prior, change };
  }));
}

/**
 * Rows sorted by a column, equal ones in their old order; unknown numbers come last.
 * @param {Row[]} rows
 * @param {Sort|null} sort
 * @returns {Row[]}
 */
export function sortedRows(rows, sort) {
  if (!sort) return rows;
  const sign = sort.direction === "ascending" ? 1 : -1;
  return [...rows].sort((left, right) => compare(left[sort.column], right[sort.column], sign));
}

/**
 * Rows whose variable or state contains the words typed.
 * @param {Row[]} rows
 * @param {string} words
 * @returns {Row[]}
 */
export function matchingRows(rows, words) {
  const wanted = words.trim().toLocaleLowerCase();
  return rows.filter(({ variable, state }) => `${variable} ${state}`.toLocaleLowerCase().includes(wanted));
}

/**
 * The largest moves between two lists of beliefs, one per variable: "Rain: yes rose from 50 % to 71 %".
 * @param {import("../drawing.js").Drawing} drawing
 * @param {[string, number[]][]} before
 * @param {[string, number[]][]} after
 * @param {number} most
 * @returns {string[]}
 */
export function biggestChanges(drawing, before, after, most) {
  const old = new Map(before);
  const moves = after.flatMap(([id, now]) => {
    const variable = drawing.variables.get(id);
    const then = old.get(id);
    const isComparable = variable && then?.length === now.length && variable.states.length === now.length;
    return isComparable ? [largestMove(variable, then, now)] : [];
  });
  const audible = moves.filter(({ size }) => size >= AUDIBLE);
  return audible.sort((left, right) => right.size - left.size).slice(0, most).map(({ text }) => text);
}

/** Of equal moves the last counts: of two states that is "yes", which people ask about. */
function largestMove(variable, then, now) {
  const sizes = now.map((p, i) => Math.abs(p - then[i]));
  const index = sizes.reduce((best, size, i) => (size >= sizes[best] - 1e-9 ? i : best), 0);
  const verb = now[index] > then[index] ? "rose" : "fell";
  const what = `${visible(label(variable))}: ${visible(variable.states[index])}`;
  const text = `${what} ${verb} from ${percent(then[index])} to ${percent(now[index])}`;
  return { size: sizes[index], text };
}

function percent(p) {
  return `${Math.round(p * 100)} %`;
}

function compare(left, right, sign) {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return sign * (typeof left === "string" ? left.localeCompare(right) : left - right);
}
