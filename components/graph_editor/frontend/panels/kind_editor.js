/** Parameters of structured kinds: a slider and a number for each. */

import { h } from "../dom.js";
import { visible } from "../text.js";
import { numberInput } from "./number_input.js";

/** What the numbers of a gate are called, and what its leak means. */
const GATES = new Map([
  ["noisy_or", { strength: "turns it on when true", leak: "Leak", says: "on although no parent is the cause" }],
  ["noisy_and", { strength: "turns it off when false", leak: "Leak", says: "off although nothing blocks it" }],
]);

/**
 * The controls of a structured kind; none for kinds without parameters.
 * @param {string} kind
 * @param {{axes: import("./table_model.js").Axis[], childAxis: number}} scope
 * @param {object} parameters
 * @param {(parameters: object) => void} write
 */
export function kindEditor(kind, { axes, childAxis }, parameters, write) {
  const parents = axes.filter((_, i) => i !== childAxis);
  if (GATES.has(kind)) return gateEditor(GATES.get(kind), parents, parameters, write);
  return kind === "add_noise" ? flipEditor(parents[0], parameters, write) : null;
}

function gateEditor(words, parents, parameters, write) {
  const strengths = parameters.probabilities ?? [];
  const change = (index, value) => write({ ...parameters, probabilities: replaced(strengths, index, value) });
  return h("div", { class: "kind-editor", key: "gate" },
    h("p", { class: "inspector-hint" }, `How surely each parent ${words.strength}.`),
    strengths.map((p, i) => slider(i, parents[i]?.label ?? `parent ${i + 1}`, p, (value) => change(i, value))),
    slider("leak", words.leak, parameters.leak ?? 0, (leak) => write({ ...parameters, leak }), words.says));
}

function flipEditor(parent, parameters, write) {
  const { flip } = parameters;
  const set = (changed) => write({ ...parameters, flip: changed });
  return Array.isArray(flip) ? flipsEditor(parent, flip, set) : oneFlipEditor(parent, flip, set);
}

function oneFlipEditor(parent, flip, set) {
  const split = () => set(parent.states.map(() => flip));
  return h("div", { class: "kind-editor", key: "flip" },
    slider("flip", "Comes out wrong", flip, set),
    h("button", { type: "button", class: "link", onClick: split }, "One number for each state"));
}

function flipsEditor(parent, flips, set) {
  const says = `How often the copy comes out wrong, for each state of ${visible(parent.label)}.`;
  const change = (index, value) => set(replaced(flips, index, value));
  return h("div", { class: "kind-editor", key: "flips" },
    h("p", { class: "inspector-hint" }, says),
    flips.map((p, i) => slider(i, parent.states[i] ?? `state ${i + 1}`, p, (value) => change(i, value))));
}

function replaced(numbers, index, value) {
  return numbers.map((old, i) => (i === index ? value : old));
}

function slider(key, name, value, commit, says = "") {
  const text = visible(name);
  const title = says ? `${text}: ${says}` : text;
  return h("div", { class: "kind-row", key },
    h("span", { class: "soft-name", title }, text),
    h("input", {
      type: "range", min: 0, max: 1, step: 0.01, value: String(value), "aria-label": title,
      onChange: ({ target }) => commit(Number(target.value)),
    }),
    numberInput(value, `${text}, as a number`, commit));
}
