/** What is observed, one chip each: switched off for a while, or taken back. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { icon } from "./icons.js";

/** More numbers than these are not read, only seen. */
const MOST_NUMBERS = 8;

/**
 * @param {object} observation
 * @returns {string} what was seen, to stand behind the variable's name: "= yes", "is not red", "is red or green"
 */
export function observationText(observation) {
  if ("state" in observation) return `= ${visible(observation.state)}`;
  if ("not" in observation) return `is not ${visible(observation.not)}`;
  if ("states" in observation) return `is ${observation.states.map(visible).join(" or ")}`;
  if ("likelihood" in observation) return `has likelihood ${ratio(observation.likelihood)}`;
  return `is set to ${ratio(observation.belief)}`;
}

function ratio(numbers) {
  const shown = numbers.slice(0, MOST_NUMBERS).map((number) => String(Number(number.toPrecision(4))));
  return shown.join(" : ") + (numbers.length > MOST_NUMBERS ? " : …" : "");
}

/**
 * @param {object} drawing
 * @param {string[]} before ids of the chips as they stood: a chip that is switched off or on keeps its place
 * @returns {{id: string, name: string, text: string, isSuspended: boolean}[]}
 */
export function chipsOf(drawing, before = []) {
  const present = new Map([...drawing.observed, ...drawing.suspended]);
  const ids = new Set([...before.filter((id) => present.has(id)), ...present.keys()]);
  return [...ids].filter((id) => drawing.variables.has(id)).map((id) => ({
    id,
    name: visible(label(drawing.variables.get(id))),
    text: observationText(present.get(id)),
    isSuspended: !drawing.observed.has(id),
  }));
}

/**
 * @param {ReturnType<chipsOf>} chips
 * @param {object} actions
 * @returns {HTMLElement}
 */
export function chipList(chips, actions) {
  return h("ul", { key: "chips", class: "chips", "aria-label": "Observations", onWheel: scrollAcross },
    chips.map((chip) => chipItem(chip, actions)));
}

function chipItem({ id, name, text, isSuspended }, actions) {
  const words = `${name} ${text}`;
  const toggle = () => (isSuspended ? actions.resume([id]) : actions.suspend([id]));
  return h("li", { key: id, class: isSuspended ? "chip suspended" : "chip" },
    h("button", {
      type: "button", class: "chip-switch", role: "switch", "aria-checked": String(!isSuspended),
      "aria-label": `Count ${words}`, onClick: toggle,
      title: isSuspended ? "Count this observation again" : "Leave this observation out",
    }, h("span", { class: "chip-knob" })),
    h("button", { type: "button", class: "chip-text", title: words, onClick: () => actions.reveal(id) },
      h("span", {}, name), " ", h("b", {}, text)),
    h("button", {
      type: "button", class: "chip-close", "aria-label": `Take back ${words}`, title: "Take back",
      onClick: () => actions.retract([id]),
    }, icon("close")));
}

/** A wheel that only turns up and down still reaches the last chip. */
function scrollAcross(event) {
  if (event.deltaX === 0) event.currentTarget.scrollLeft += event.deltaY;
}
