/** Small pieces that the study views are made of. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { button } from "../panels/parts.js";

/**
 * A choice of one variable of the drawing.
 * @param {object} state
 * @param {string|null} id  the chosen one
 * @param {(id: string) => void} choose
 * @param {{caption?: string, only?: (id: string) => boolean}} [options]
 */
export function variablePicker({ drawing }, id, choose, { caption = "Variable", only = () => true } = {}) {
  const offered = [...drawing.variables.values()].filter((variable) => only(variable.id));
  const options = offered.map((variable) => h("option", { value: variable.id }, visible(label(variable))));
  return picker(caption, offered.map((variable) => variable.id), id, choose, options);
}

/**
 * A choice of one state of a variable.
 * @param {{states: string[]}} variable
 * @param {string|null} state
 * @param {(state: string) => void} choose
 * @param {{caption?: string}} [options]
 */
export function statePicker({ states }, state, choose, { caption = "State" } = {}) {
  const options = states.map((name) => h("option", { value: name }, visible(name)));
  return picker(caption, states, state, choose, options);
}

/** Chosen by place: the browser changes line breaks and other letters in the values of options. */
function picker(caption, values, chosen, choose, options) {
  options.forEach((option, place) => option.setAttribute("value", String(place)));
  return h("label", { class: "study-field", key: caption }, h("span", {}, caption),
    h("select", {
      value: String(values.indexOf(chosen)), onChange: ({ target }) => choose(values[Number(target.value)]),
    }, options));
}

/**
 * How far a question is, with a button that stops it; null while nothing is asked or it is about to be answered.
 * @param {{isAsking: boolean, isLong: boolean, done: number, all: number}} now
 * @param {() => void} cancel
 */
export function progressBar({ isAsking, isLong, done, all }, cancel) {
  if (!isAsking || !isLong) return null;
  const isCounted = all > 0;
  return h("div", { class: "study-progress", key: "progress" },
    h("progress", isCounted ? { key: "counted", value: String(done), max: String(all), "aria-label": "Progress" }
      : { key: "uncounted", "aria-label": "Progress" }),
    h("span", {}, isCounted ? `${done} of ${all}` : "Working…"),
    button("Stop", cancel, { key: "stop" }));
}

/**
 * Why there is no answer.
 * @param {string} refusal
 */
export function refusalLine(refusal) {
  const text = visible(refusal);
  return h("p", { class: "inspector-refusal", role: "status", key: "refusal" },
    text.charAt(0).toUpperCase() + text.slice(1));
}

/**
 * Sentences that Python made, one paragraph each.
 * @param {string[]} texts
 */
export function sentences(texts) {
  return h("div", { class: "study-sentences", key: "sentences", "aria-live": "polite" },
    texts.filter(Boolean).map((text, index) => h("p", { key: String(index) }, visible(text))));
}

/**
 * The id of the variable that is selected, else the one given.
 * @param {object} state
 * @param {string|null} fallback
 */
export function selectedVariable({ ui, drawing }, fallback = null) {
  const chosen = [...ui.selection].find((id) => drawing.variables.has(id));
  return chosen ?? (drawing.variables.has(fallback) ? fallback : null);
}
