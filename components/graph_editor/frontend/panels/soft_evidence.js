/** Observation controls of one variable: seen, ruled out, soft evidence, and a belief that is set. */

import { h } from "../dom.js";
import { probabilityText, visible } from "../text.js";
import { numberInput } from "./number_input.js";
import { button, section } from "./parts.js";
import { normalised, tidy } from "./table_model.js";

/** Steps of a slider from 0 to 1. */
const STEP = 0.01;

const SOFT = "How strongly what you saw speaks for each state. "
  + "It is weighed together with everything else that is known; all equal says nothing.";
const SET = "The belief in this variable becomes exactly this, whatever else is known; "
  + "the numbers always sum to one.";

/**
 * @param {object} options
 * @param {object} options.store
 * @param {() => void} options.redraw  asks for another `draw`, after a slider moved
 * @returns {{draw: (variable: import("../drawing.js").Variable, known: Known) => HTMLElement, reset: () => void}}
 *
 * @typedef {{seen: object|undefined, suspended: object|undefined, belief: number[]|null}} Known
 */
export function createObservationControls({ store, redraw }) {
  /** What a slider shows while it is held: {id, form, numbers}. */
  let held = null;
  /** Which blocks were opened or closed by hand. */
  const opened = new Map();
  const controls = {
    opened,
    shown: (id, form, numbers) => (held?.form === form && held.id === id ? held.numbers : numbers),
    hold(draft) {
      held = draft;
      redraw();
    },
    observe(id, observation) {
      held = null;
      store.dispatch({ type: "observe", id, observation });
    },
    retract: (id) => store.dispatch({ type: "retract", ids: [id] }),
    resume: (id) => store.dispatch({ type: "resume", ids: [id] }),
  };
  return {
    draw: (variable, known) => observationSection(variable, known, controls),
    reset() {
      held = null;
      opened.clear();
    },
  };
}

/**
 * One number changed, the others scaled so that the sum stays one.
 * @param {number[]} numbers
 * @param {number} index
 * @param {number} value
 */
export function rebalanced(numbers, index, value) {
  const rest = numbers.reduce((sum, number, i) => (i === index ? sum : sum + number), 0);
  const others = numbers.length - 1;
  if (others === 0) return [1];
  return numbers.map((number, i) => {
    if (i === index) return value;
    return rest > 0 ? (number / rest) * (1 - value) : (1 - value) / others;
  });
}

function observationSection(variable, { seen, suspended, belief }, controls) {
  const rows = variable.states.map((_, i) => stateRow(variable, i, seen, belief, controls));
  return section("Observation",
    h("ul", { class: "observe-list" }, rows),
    standing(variable, seen, suspended, controls),
    likelihoodBlock(variable, seen, controls),
    beliefBlock(variable, seen, belief, controls));
}

function stateRow(variable, index, observation, belief, controls) {
  const state = variable.states[index];
  const name = visible(state);
  const isSeen = observation?.state === state;
  const isNot = observation?.not === state;
  const isAllowed = observation?.states?.includes(state) ?? true;
  const toggle = (isOn, wanted) => () => (isOn
    ? controls.retract(variable.id) : controls.observe(variable.id, wanted));
  const marks = ["observe-row", isSeen && "is-seen", (isNot || !isAllowed) && "is-excluded"];
  return h("li", { key: index, class: marks.filter(Boolean).join(" ") },
    h("span", { class: "observe-name", title: name }, name),
    h("span", { class: "observe-belief" }, belief ? probabilityText(belief[index]) : ""),
    button("is", toggle(isSeen, { state }), { label: `Observe ${name}`, pressed: isSeen, kind: "observe-is" }),
    button("is not", toggle(isNot, { not: state }), {
      label: `Observe not ${name}`, pressed: isNot, kind: "observe-not",
      reason: variable.states.length < 2 ? "It has no other state" : "",
    }));
}

function standing({ id }, seen, suspended, { resume, retract }) {
  const props = { class: "observe-standing", key: "standing" };
  const retractButton = button("Retract", () => retract(id));
  if (suspended) {
    return h("p", props, "Set aside: its observation does not count now. ",
      button("Resume", () => resume(id)), retractButton);
  }
  return seen ? h("p", props, `${observationText(seen)} `, retractButton) : null;
}

/** What was seen, as a sentence. */
function observationText(observation) {
  if ("state" in observation) return `Observed: ${visible(observation.state)}.`;
  if ("not" in observation) return `Ruled out: ${visible(observation.not)}.`;
  if ("states" in observation) return `Observed: ${observation.states.map(visible).join(" or ")}.`;
  return "likelihood" in observation ? "Soft evidence counts." : "The belief is set.";
}

function likelihoodBlock(variable, observation, controls) {
  const weights = observation?.likelihood ?? variable.states.map(() => 1);
  const top = Math.max(1, ...weights);
  const numbers = weights.map((weight) => weight / top);
  const change = (old, index, value) => old.map((number, i) => (i === index ? value : number));
  return block(controls.opened, "Soft evidence", Boolean(observation?.likelihood), SOFT,
    sliders(variable, "likelihood", numbers, change, controls));
}

function beliefBlock(variable, observation, believed, controls) {
  const now = observation?.belief ?? believed ?? variable.states.map(() => 1);
  const numbers = normalised(now.map((number) => tidy(number)));
  return block(controls.opened, "Set belief to", Boolean(observation?.belief), SET,
    sliders(variable, "belief", numbers, rebalanced, controls));
}

/** Opened where it is in use, and by hand. */
function block(opened, title, isInUse, explanation, ...children) {
  const isOpen = opened.get(title) ?? isInUse;
  const onToggle = ({ target }) => { if (target.open !== isOpen) opened.set(title, target.open); };
  const name = isInUse ? "soft-block in-use" : "soft-block";
  return h("details", { class: name, key: title, open: isOpen, onToggle },
    h("summary", {}, title, isInUse ? h("span", { class: "soft-mark" }, "in use") : null),
    h("p", { class: "inspector-hint" }, explanation), children);
}

function sliders({ id, states }, form, numbers, change, controls) {
  const shown = controls.shown(id, form, numbers);
  const drag = (index, value) => controls.hold({ id, form, numbers: change(numbers, index, value) });
  const commit = (index, value) => {
    const changed = change(numbers, index, value);
    // Something has to be possible: all zero is taken back.
    if (changed.some((number) => number > 0)) controls.observe(id, { [form]: changed });
    else controls.hold(null);
  };
  const rows = states.map((state, i) => {
    const about = { name: visible(state), form, value: shown[i] };
    return h("li", { key: i }, slider(about, (value) => drag(i, value), (value) => commit(i, value)));
  });
  return h("ul", { class: "soft-list" }, rows);
}

function slider({ name, form, value }, drag, commit) {
  return [
    h("span", { class: "soft-name", title: name }, name),
    h("input", {
      type: "range", min: 0, max: 1, step: STEP, value: String(value), "aria-label": `${name}, ${form}`,
      onInput: ({ target }) => drag(Number(target.value)),
      onChange: ({ target }) => commit(Number(target.value)),
    }),
    numberInput(value, `${name}, ${form}, as a number`, commit),
  ];
}
