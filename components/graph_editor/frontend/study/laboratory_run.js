/** One run of the schedule laboratory: its verdict, its lines over the sweeps, and the sweep that is looked at. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { probabilityText, visible } from "../text.js";
import { button, icon, section } from "../panels/parts.js";
import { sentences, statePicker, variablePicker } from "./parts.js";
import { logRange, plot, UNIT } from "./plot.js";

/** [name, title, what it does] of each schedule. */
export const SCHEDULES = [
  ["flooding", "Flooding", "all messages at once"],
  ["sequential", "Sequential", "factor after factor"],
  ["residual", "Residual", "the largest change first"],
  ["random", "Random", "factor after factor, shuffled in every sweep"],
];
const ICONS = {
  start: "M4.5 4v10M13.5 4 7 9l6.5 5z",
  back: "M11.5 4 5 9l6.5 5",
  play: "M6 3.5 14 9l-8 5.5z",
  pause: "M6.5 4v10M11.5 4v10",
  on: "M6.5 4 13 9l-6.5 5",
  end: "M13.5 4v10M4.5 4 11 9l-6.5 5z",
};
const SIGNS = new Map([["converged", "✓"], ["oscillating", "∿"], ["max_sweeps", "…"]]);
const TITLES = new Map([["converged", "Converged"], ["oscillating", "Oscillating"], ["max_sweeps", "Not converged"]]);

/** The number of sweeps of a run; 0 where there is none. @param {object|null} reply */
export function lastOf(reply) {
  return reply === null ? 0 : reply.residuals.length;
}

/** @param {object|null} reply @param {number} sweep */
export function isLast(reply, sweep) {
  return sweep >= lastOf(reply);
}

/**
 * The beliefs of all variables after a sweep.
 * @param {{beliefs: [string, number[][]][]}} reply
 * @param {number} sweep
 * @returns {Map<string, number[]>}
 */
export function beliefsAt({ beliefs }, sweep) {
  return new Map(beliefs.map(([id, rows]) => [id, rows[Math.min(sweep, rows.length - 1)]]));
}

/**
 * A run: how it ended, its sweeps to scrub over, its lines.
 * @param {{reply: object, before: object|null, look: object, isPlaying: boolean}} view
 * @param {object} state
 * @param {object} on  what the buttons do
 */
export function outcome(view, state, on) {
  const { reply, look } = view;
  const variable = state.drawing.variables.get(look.variable);
  const place = variable.states.indexOf(look.state);
  return h("div", { class: "study-laboratory-outcome", key: "outcome" },
    h("div", { class: "study-laboratory-head", key: "head" },
      h("p", { class: `study-laboratory-status ${reply.status}`, role: "status" },
        h("span", { "aria-hidden": "true" }, SIGNS.get(reply.status)), TITLES.get(reply.status)),
      key(view)),
    scrubber(view, on),
    plots(view, variable, place, on),
    sentences(reply.sentences),
    section("Belief shown",
      variablePicker(state, look.variable, (id) => on.choose({ variable: id, state: null })),
      statePicker(variable, look.state, (name) => on.choose({ state: name }))));
}

function scrubber({ reply, look, isPlaying }, on) {
  const last = lastOf(reply);
  const { sweep } = look;
  const [atStart, atEnd] = [sweep <= 0 ? "This is the start" : "", sweep >= last ? "This is the end" : ""];
  return h("div", { class: "study-laboratory-scrubber", key: "scrubber", role: "group", "aria-label": "Sweeps" },
    button(icon(ICONS.start), () => on.turnTo(0), { label: "To the start", reason: atStart, kind: "quiet" }),
    button(icon(ICONS.back), () => on.turnTo(sweep - 1), { label: "One sweep back", reason: atStart, kind: "quiet" }),
    button(icon(isPlaying ? ICONS.pause : ICONS.play), on.play, {
      label: isPlaying ? "Pause" : "Play", key: "play", kind: "quiet",
    }),
    button(icon(ICONS.on), () => on.turnTo(sweep + 1), { label: "One sweep on", reason: atEnd, kind: "quiet" }),
    button(icon(ICONS.end), () => on.turnTo(last), { label: "To the end", reason: atEnd, kind: "quiet" }),
    h("input", {
      type: "range", min: 0, max: last, step: 1, value: String(sweep), "aria-label": "Sweep",
      onInput: ({ target }) => on.turnTo(Number(target.value)),
    }),
    h("output", {}, `${sweep} / ${last}`));
}

function plots({ reply, before, look }, variable, place, on) {
  const last = Math.max(lastOf(reply), lastOf(before));
  const runs = [[before, "then"], [reply, "now"]].filter(([run]) => run !== null);
  const cursor = { last, sweep: look.sweep, turnTo: (sweep) => on.turnTo(Math.min(sweep, lastOf(reply))) };
  const residuals = runs.map(([run, name]) => ({ values: run.residuals.map(positive), start: 1, look: name }));
  const beliefs = runs.map(([run, name]) => ({ values: beliefOver(run, variable.id, place), start: 0, look: name }));
  const exact = new Map(reply.exact).get(variable.id)?.[place] ?? null;
  const name = `${visible(label(variable))} = ${visible(variable.states[place] ?? "")}`;
  return h("div", { class: "study-laboratory-plots", key: "plots" },
    plot({
      title: "Residual: how far messages still move", says: saysResidual(reply, look), lines: residuals,
      range: logRange(residuals.flatMap(({ values }) => values)), ...cursor,
    }),
    plot({
      title: `Belief in ${name}`, says: saysBelief(beliefs.at(-1).values, look, exact), lines: beliefs, range: UNIT,
      level: exact, ...cursor,
    }),
    h("p", { class: "study-laboratory-now", role: "status" }, saysBelief(beliefs.at(-1).values, look, exact)));
}

/** A residual of zero has no place on an axis of powers of ten. */
function positive(residual) {
  return residual > 0 ? residual : null;
}

function beliefOver({ beliefs }, id, place) {
  return (new Map(beliefs).get(id) ?? []).map((row) => row[place] ?? null);
}

/**
 * How far messages moved in a sweep, in words: no number where one of them came to exclude a state.
 * @param {{residuals: (number|null)[]}} reply
 * @param {{sweep: number}} look
 */
export function saysResidual({ residuals }, { sweep }) {
  if (sweep === 0) return "No message was sent yet.";
  const residual = residuals[sweep - 1];
  return `Sweep ${sweep}: ${residual === null ? "a state was excluded" : `${residual.toPrecision(2)} nats`}.`;
}

function saysBelief(values, { sweep }, exact) {
  const value = values[sweep];
  if (value === undefined || value === null) return "";
  const right = exact === null ? "" : `; exact is ${probabilityText(exact)}`;
  return `After ${sweep} ${sweep === 1 ? "sweep" : "sweeps"}: ${probabilityText(value)}${right}.`;
}

function key({ before, reply }) {
  const entry = (look, text) => h("span", { key: look }, h("span", { class: `study-laboratory-mark ${look}` }), text);
  return h("p", { class: "study-laboratory-key", key: "key" },
    entry("now", nameOf(reply)),
    before && entry("then", `${nameOf(before)}, before`),
    reply.exact.length > 0 && entry("level", "exact"));
}

function nameOf({ schedule, damping }) {
  const title = SCHEDULES.find(([name]) => name === schedule)?.[1] ?? schedule;
  return damping > 0 ? `${title}, damping ${damping.toFixed(2)}` : title;
}
