/** What a verb does to a drawing, as commands: pure functions, no page and no store. */

import { GRID } from "../canvas/geometry.js";
import { clicked, excluded } from "../canvas/observation.js";
import { freeId, label } from "../document.js";

/** Between the middle of a new node and every other one, in canvas units: a card is 176 wide, 100 or more high. */
const ROOM = { variable: { x: 210, y: 140 }, factor: { x: 110, y: 70 } };

/** How many rows and columns of places around the wanted one are tried. */
const REACH = 6;

const DEFAULT_STATES = ["no", "yes"];

/**
 * @param {string} base
 * @param {Set<string>} taken
 * @returns {string} `base`, or the first of "base 2", "base 3", … that is not taken
 */
export function uniqueName(base, taken) {
  if (!taken.has(base)) return base;
  const stem = base.replace(/ \d+$/, "");
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number += 1;
  return `${stem} ${number}`;
}

/** @returns {Set<string>} the labels of all variables, as they are shown */
export function variableNames(drawing) {
  return new Set([...drawing.variables.values()].map(label));
}

/**
 * @param {object} drawing
 * @param {{x: number, y: number}} point where it is wanted; it goes where there is room nearby
 * @returns {object} the command that adds a variable
 */
export function planVariable(drawing, point) {
  const taken = variableNames(drawing);
  let number = 1;
  while (taken.has(`Variable ${number}`)) number += 1;
  const place = freePlace(drawing, point, ROOM.variable);
  return {
    type: "add_variable", id: freeId(drawing, "x"), name: `Variable ${number}`, states: DEFAULT_STATES, ...place,
  };
}

/**
 * A factor over the selected variables; one that nothing depends on yet gets a uniform prior.
 *
 * @param {object} drawing
 * @param {Iterable<string>} selected ids, in the order of the scope
 * @param {{x: number, y: number}} point where it is wanted if it touches fewer than two variables
 * @returns {object} the command that adds a factor
 */
export function planFactor(drawing, selected, point) {
  const scope = [...selected].filter((id) => drawing.variables.has(id));
  const isPrior = scope.length === 1 && !factorOfChild(drawing, scope[0]);
  const place = freePlace(drawing, factorPlace(drawing, scope, point), ROOM.factor);
  return { type: "add_factor", id: freeId(drawing, "f"), kind: isPrior ? "prior" : "table", scope, ...place };
}

function factorPlace(drawing, scope, point) {
  const places = scope.map((id) => drawing.layout.get(id)).filter(Boolean);
  if (places.length === 0) return point;
  if (places.length === 1) return { x: places[0].x, y: places[0].y - ROOM.variable.y };
  return { x: mean(places.map(({ x }) => x)), y: mean(places.map(({ y }) => y)) };
}

function factorOfChild(drawing, variable) {
  return [...drawing.factors.values()].find((factor) => factor.child === variable);
}

/** @returns {{x: number, y: number}} on the grid, the nearest place to `point` where there is room */
export function freePlace(drawing, point, room) {
  const wanted = { x: onGrid(point.x), y: onGrid(point.y) };
  const taken = [...drawing.layout.values()];
  const isFree = ({ x, y }) =>
    taken.every((other) => Math.abs(other.x - x) >= room.x || Math.abs(other.y - y) >= room.y);
  return nearbyPlaces(wanted, room).find(isFree) ?? wanted;
}

function nearbyPlaces({ x, y }, room) {
  const steps = Array.from({ length: 2 * REACH + 1 }, (_, index) => index - REACH);
  const offsets = steps.flatMap((i) => steps.map((j) => [i * room.x, j * room.y]));
  const sorted = offsets.sort(([a, b], [c, d]) => Math.hypot(a, b) - Math.hypot(c, d));
  return sorted.map(([dx, dy]) => ({ x: x + dx, y: y + dy }));
}

/**
 * @param {object} drawing
 * @param {string} from
 * @param {string} to
 * @returns {{command: object} | {refused: string}} what connecting two nodes means
 */
export function planConnect(drawing, from, to) {
  if (![from, to].every((id) => drawing.layout.has(id))) return { refused: "This node is no longer there." };
  if (from === to) return { refused: "A node cannot be connected to itself." };
  const [isFactor, isToFactor] = [drawing.factors.has(from), drawing.factors.has(to)];
  if (isFactor && isToFactor) return { refused: "Two factors cannot be connected: choose a variable." };
  if (isFactor) return joined(drawing, from, to, canBeChild(drawing, from, to));
  return isToFactor ? joined(drawing, to, from) : parented(drawing, from, to);
}

function joined(drawing, factor, variable, isChild = false) {
  if (drawing.factors.get(factor).scope.includes(variable)) return { refused: "These two are already connected." };
  return { command: { type: "connect", factor, variable, ...(isChild && { child: true }) } };
}

/** An arrow out of a factor makes its target the child, where neither of the two has another partner for that. */
function canBeChild(drawing, factor, variable) {
  const { kind, child } = drawing.factors.get(factor);
  return kind === "table" && child === null && !factorOfChild(drawing, variable);
}

function parented(drawing, parent, child) {
  const present = factorOfChild(drawing, child);
  if (present?.scope.includes(parent)) return { refused: "These two are already connected." };
  const [a, b] = [drawing.layout.get(parent), drawing.layout.get(child)];
  const between = freePlace(drawing, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, ROOM.factor);
  return { command: { type: "add_parent", parent, child, factor: freeId(drawing, "f"), ...between } };
}

const ALIGNMENTS = new Map([
  ["left", (places) => onAxis(places, "x", Math.min)],
  ["right", (places) => onAxis(places, "x", Math.max)],
  ["top", (places) => onAxis(places, "y", Math.min)],
  ["bottom", (places) => onAxis(places, "y", Math.max)],
  ["center", (places) => onAxis(places, "x", (...values) => mean(values))],
  ["middle", (places) => onAxis(places, "y", (...values) => mean(values))],
  ["columns", (places) => spread(places, "x")],
  ["rows", (places) => spread(places, "y")],
]);

/** The ways to align, in the order of a menu: the name of the verb's argument and what a menu says. */
export const ALIGN_CHOICES = [
  ["left", "Align left"], ["center", "Align centres"], ["right", "Align right"],
  ["top", "Align top"], ["middle", "Align middles"], ["bottom", "Align bottom"],
  ["columns", "Space out evenly across"], ["rows", "Space out evenly down"],
];

/**
 * @param {object} drawing
 * @param {Iterable<string>} ids
 * @param {string} how one of ALIGN_CHOICES
 * @returns {object | null} one move command; null where nothing moves
 */
export function planAlign(drawing, ids, how) {
  return moveTo(drawing, ALIGNMENTS.get(how)(placesOf(drawing, ids)));
}

/** @returns {object | null} the command that moves the nodes by (dx, dy) */
export function planMove(drawing, ids, dx, dy) {
  return moveTo(drawing, placesOf(drawing, ids).map(([id, x, y]) => [id, x + dx, y + dy]));
}

function placesOf(drawing, ids) {
  return [...ids].filter((id) => drawing.layout.has(id)).map((id) => {
    const { x, y } = drawing.layout.get(id);
    return [id, x, y];
  });
}

function moveTo(drawing, positions) {
  const moved = positions.filter(([id, x, y]) => {
    const now = drawing.layout.get(id);
    return now.x !== x || now.y !== y;
  });
  return moved.length ? { type: "move", positions: moved } : null;
}

function onAxis(places, axis, choose) {
  const at = axis === "x" ? 1 : 2;
  const value = choose(...places.map((place) => place[at]));
  return places.map((place) => place.map((number, index) => (index === at ? value : number)));
}

function spread(places, axis) {
  const at = axis === "x" ? 1 : 2;
  const sorted = [...places].sort((a, b) => a[at] - b[at]);
  const [first, last] = [sorted[0]?.[at], sorted.at(-1)?.[at]];
  const step = (last - first) / Math.max(sorted.length - 1, 1);
  return sorted.map((place, rank) => place.map((number, index) => (index === at ? first + rank * step : number)));
}

/**
 * What a digit key observes, which is what a click on the state does: the same key again takes it back.
 *
 * @param {object} drawing
 * @param {string} id of a variable
 * @param {number} index of the state
 * @param {boolean} isNot
 * @returns {object | null} an observe or a retract command; null where there is no such state
 */
export function planObserve(drawing, id, index, isNot = false) {
  const states = drawing.variables.get(id)?.states ?? [];
  if (index >= states.length) return null;
  const present = drawing.observed.get(id);
  const observation = isNot ? excluded(present, states[index], states) : clicked(present, states[index]);
  return observation ? { type: "observe", id, observation } : { type: "retract", ids: [id] };
}

/** @returns {string[]} all ids in the order of reading: from top to bottom, then from left to right */
export function readingOrder(drawing) {
  const places = [...drawing.layout].map(([id, { x, y }]) => [id, x, y]);
  return places.sort((a, b) => a[2] - b[2] || a[1] - b[1]).map(([id]) => id);
}

/**
 * @param {object} drawing
 * @param {string} from
 * @param {number} dx direction, with dy: one of them is ±1, the other 0
 * @param {number} dy
 * @returns {string | null} the nearest node in that direction; what lies off it counts twice
 */
export function neighbour(drawing, from, dx, dy) {
  const origin = drawing.layout.get(from);
  if (!origin) return null;
  const scored = [...drawing.layout].flatMap(([id, { x, y }]) => {
    const ahead = (x - origin.x) * dx + (y - origin.y) * dy;
    const aside = Math.abs((x - origin.x) * dy + (y - origin.y) * dx);
    return id !== from && ahead > 0 && aside <= 2 * ahead ? [[ahead + 2 * aside, id]] : [];
  });
  return scored.sort((a, b) => a[0] - b[0])[0]?.[1] ?? null;
}

function onGrid(value) {
  return Math.round(value / GRID) * GRID;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
