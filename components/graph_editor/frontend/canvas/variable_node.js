/** A variable as it is drawn: a card with a bar per state, or, in the textbook view, a circle. */

import { label } from "../document.js";
import { clipped, probabilityText, visible } from "../text.js";
import { CARD, CIRCLE, MOST_ROWS, cardHeight, circleWidth, columns } from "./geometry.js";
import { nodeNote, withNote } from "./labels.js";
import { kindOf, markOf, observationWords, weightsOf } from "./observation.js";

const ROW_FONT = "15px system-ui";
const DOT = 18; // room for the mark of an observed variable
const FONTS = new Map([
  ["full", ["650 17px system-ui", "650 15px system-ui"]],
  ["mid", ["650 23px system-ui"]],
  ["far", ["650 32px system-ui"]],
  ["dot", []],
]);

/** @returns {object} the card of a variable */
export function variableNode(input) {
  const { variable, observed } = input;
  const shown = shownStates(variable.states, input.belief, observed);
  const names = shown.map((index) => visible(variable.states[index]));
  const hasTwins = Boolean(input.twin);
  const place = columns(visible(label(variable)), names, input.isApproximate || hasTwins);
  const rest = restOf(variable.states, shown, input);
  const rows = shown.map((index, row) => rowOf(index, names[row], place, input));
  const rowHeight = hasTwins ? CARD.twinRow : CARD.row;
  const size = { width: place.width, height: cardHeight(rows.length + (rest ? 1 : 0), rowHeight) };
  return {
    ...common(input, { ...size, shape: "card" }), ...headingOf(input, place.width), radius: CARD.radius, rowHeight,
    columns: place, rows, rest, hasSliders: input.hasSliders,
    canRemoveStates: input.marks[0] && variable.states.length >= 2,
  };
}

/** The name in the largest type it fits into; cut where it fits into none. */
function headingOf({ variable, observed, suspended, level }, width) {
  const name = visible(label(variable));
  const room = width - 2 * CARD.pad + 6 - (observed || suspended ? DOT : 0);
  const fonts = FONTS.get(level);
  const fitting = fonts.find((font) => clipped(name, room, font) === name);
  const isTight = fonts.length > 1 && fitting !== fonts[0];
  return { heading: fonts.length === 0 ? "" : clipped(name, room, fitting ?? fonts.at(-1)), isTight };
}

/** @returns {object} the circle of a variable in the textbook view */
export function circleNode(input) {
  const lines = twoLines(visible(label(input.variable)));
  const width = circleWidth(lines);
  return {
    ...common(input, { shape: "circle", width, height: 2 * CIRCLE.radius }), radius: width / 2, rows: [], rest: null,
    lines: lines.map((line) => clipped(line, width - 12, "600 15px system-ui")),
  };
}

function common(input, size) {
  const { variable, place, observed, suspended, marks, level } = input;
  const [isSelected, isHighlighted, isConflict, problem, isTarget, look, note, isAside] = marks;
  return {
    ...size, kind: "variable", id: variable.id, x: place.x, y: place.y, level,
    name: visible(label(variable)),
    evidence: kindOf(observed), isSuspended: !observed && Boolean(suspended), isStale: input.isStale,
    isSelected, isHighlighted, isConflict, problem: visible(problem), isTarget,
    look, note: nodeNote(note, { ...size, kind: "variable", look }), isAside,
    aria: withNote(ariaOf(input), note),
  };
}

function rowOf(index, name, place, { variable, belief, prior, observed, isApproximate, twin, isTwinExact }) {
  const state = variable.states[index];
  const mark = markOf(observed, state);
  return {
    index, mark, name: clipped(name, place.nameWidth + 3, ROW_FONT), fullName: name,
    belief: belief?.[index] ?? null, prior: prior?.[index] ?? null,
    number: belief ? numberText(belief[index], isApproximate) : "",
    twin: twin?.[index] ?? null, twinNumber: twin ? numberText(twin[index], !isTwinExact) : "",
    weight: mark === "soft" ? weightsOf(observed, variable.states.length)[index] : 1,
    isPressed: mark === "observed",
    aria: `Observe ${visible(label(variable))} = ${name}`,
  };
}

function numberText(probability, isApproximate) {
  return `${isApproximate ? "≈" : ""}${probabilityText(probability)}`;
}

/** Which states have a row, in their own order: of many the most probable, and always the observed one. */
export function shownStates(states, belief, observed) {
  const all = states.map((_, index) => index);
  if (states.length <= MOST_ROWS) return all;
  const weight = (index) => (markOf(observed, states[index]) === "observed" ? 2 : belief?.[index] ?? 0);
  const best = all.toSorted((a, b) => weight(b) - weight(a) || a - b);
  return best.slice(0, MOST_ROWS - 1).sort((a, b) => a - b);
}

function restOf(states, shown, { belief, isApproximate }) {
  const count = states.length - shown.length;
  if (count === 0) return null;
  const left = belief ? Math.max(0, 1 - shown.reduce((sum, index) => sum + belief[index], 0)) : null;
  // Rounding in the values received leaves crumbs that are no probability.
  const rounded = left !== null && left < 1e-6 * states.length ? 0 : left;
  return { text: `${count} others`, number: rounded === null ? "" : numberText(rounded, isApproximate) };
}

function ariaOf({ variable, belief, observed, suspended, isApproximate, twin, isTwinExact }) {
  const shown = shownStates(variable.states, belief, observed);
  const chances = shown.map((index) => {
    const name = visible(variable.states[index]);
    const loopy = twin ? ` (loopy ${numberText(twin[index], !isTwinExact)})` : "";
    return belief ? `${name} ${numberText(belief[index], isApproximate)}${loopy}` : name + loopy;
  });
  const seen = visible(observationWords(observed));
  const said = seen || (suspended ? "evidence suspended" : "");
  return `${visible(label(variable))}: ${[...chances, said].filter(Boolean).join(", ")}`;
}

/** A name on two lines of about the same length, where it has a space to be broken at. */
export function twoLines(name) {
  const words = name.split(" ");
  if (name.length <= 8 || words.length < 2) return [name];
  const breaks = words.slice(1).map((_, index) => index + 1);
  const longest = (at) => Math.max(words.slice(0, at).join(" ").length, words.slice(at).join(" ").length);
  const best = breaks.reduce((left, right) => (longest(right) < longest(left) ? right : left));
  return [words.slice(0, best).join(" "), words.slice(best).join(" ")];
}
