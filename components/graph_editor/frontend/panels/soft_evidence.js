/** Observation controls of one variable: seen, ruled out, soft evidence, and a belief that is set. */

import { h } from "../dom.js";
import { probabilityText, visible } from "../text.js";
import { button, section } from "./parts.js";
import { normalised, numberText, parseNumber, tidy } from "./table_model.js";

/** Steps of a slider from 0 to 1. */
const STEP = 0.01;

/**
 * @param {object} options
 * @param {object} options.store
 * @param {() => void} options.redraw  asks for another `draw`, after a slider moved
 */
export function createObservationControls({ store, redraw }) {
  /** What a slider shows while it is held: {form, numbers}. */
  let draft = null;
  /** Which blocks were opened or closed by hand. */
  const opened = new Map();

  function observe(id, observation) {
    draft = null;
    store.dispatch({ type: "observe", id, observation });
  }

  const retract = (id) => store.dispatch({ type: "retract", ids: [id] });
  const resume = (id) => store.dispatch({ type: "resume", ids: [id] });

  function stateRow(variable, state, index, observation, belief) {
    const isSeen = observation?.state === state;
    const isExcluded = observation?.not === state;
    const isAllowed = observation?.states ? observation.states.includes(state) : true;
    const name = visible(state);
    return h("li", { key: index, class: `observe-row${isSeen ? " is-seen" : ""}${isExcluded || !isAllowed ? " is-excluded" : ""}` },
      h("span", { class: "observe-name", title: name }, name),
      h("span", { class: "observe-belief" }, belief ? probabilityText(belief[index]) : ""),
      button("is", () => (isSeen ? retract(variable.id) : observe(variable.id, { state })),
        { label: `Observe ${name}`, pressed: isSeen, kind: "observe-is" }),
      button("is not", () => (isExcluded ? retract(variable.id) : observe(variable.id, { not: state })),
        { label: `Observe not ${name}`, pressed: isExcluded, kind: "observe-not", reason: variable.states.length < 2 ? "It has no other state" : "" }));
  }

  function sliders(variable, form, numbers, change) {
    const shown = draft?.form === form && draft.id === variable.id ? draft.numbers : numbers;
    const drag = (index, value) => { draft = { id: variable.id, form, numbers: change(numbers, index, value) }; redraw(); };
    const commit = (index, value) => {
      const changed = change(numbers, index, value);
      draft = null;
      if (changed.some((number) => number > 0)) observe(variable.id, { [form]: changed });
      else redraw();
    };
    return h("ul", { class: "soft-list" }, variable.states.map((state, index) => h("li", { key: index },
      h("span", { class: "soft-name", title: visible(state) }, visible(state)),
      h("input", {
        type: "range", min: 0, max: 1, step: STEP, value: String(shown[index]), "aria-label": `${visible(state)}, ${form}`,
        onInput: ({ target }) => drag(index, Number(target.value)),
        onChange: ({ target }) => commit(index, Number(target.value)),
      }),
      numberInput(shown[index], `${visible(state)}, ${form}, as a number`, (value) => commit(index, value)))));
  }

  function likelihood(variable, observation) {
    const weights = observation?.likelihood ?? variable.states.map(() => 1);
    const top = Math.max(1, ...weights);
    const scaled = weights.map((weight) => weight / top);
    return block(opened, "Soft evidence", Boolean(observation?.likelihood),
      "How strongly what you saw speaks for each state. It is weighed together with everything else that is known; all equal says nothing.",
      sliders(variable, "likelihood", scaled, (numbers, index, value) => numbers.map((old, i) => (i === index ? value : old))));
  }

  function belief(variable, observation, believed) {
    const now = observation?.belief ?? believed ?? variable.states.map(() => 1);
    const numbers = normalised(now.map((number) => tidy(number)));
    return block(opened, "Set belief to", Boolean(observation?.belief),
      "The belief in this variable becomes exactly this, whatever else is known; the numbers always sum to one.",
      sliders(variable, "belief", numbers, rebalanced));
  }

  function standing(variable, seen, suspended) {
    if (suspended) {
      return h("p", { class: "observe-standing", key: "standing" }, "Set aside: its observation does not count now. ",
        button("Resume", () => resume(variable.id)), button("Retract", () => retract(variable.id)));
    }
    return seen ? h("p", { class: "observe-standing", key: "standing" }, `${observationText(seen)} `, button("Retract", () => retract(variable.id))) : null;
  }

  /**
   * The controls of a variable.
   * @param {import("../drawing.js").Variable} variable
   * @param {{seen: object|undefined, suspended: object|undefined, belief: number[]|null}} known
   */
  function draw(variable, { seen, suspended, belief: believed }) {
    return section("Observation",
      h("ul", { class: "observe-list" }, variable.states.map((state, i) => stateRow(variable, state, i, seen, believed))),
      standing(variable, seen, suspended),
      likelihood(variable, seen), belief(variable, seen, believed));
  }

  function reset() {
    draft = null;
    opened.clear();
  }

  return { draw, reset };
}

/** One number changed, the others scaled so that the sum stays one. */
export function rebalanced(numbers, index, value) {
  const rest = numbers.reduce((sum, number, i) => (i === index ? sum : sum + number), 0);
  const others = numbers.length - 1;
  if (others === 0) return [1];
  return numbers.map((number, i) => {
    if (i === index) return value;
    return rest > 0 ? (number / rest) * (1 - value) : (1 - value) / others;
  });
}

/** A number from 0 to 1 in words people type; what is no such number is marked and stays. */
export function numberInput(value, label, commit) {
  return h("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", class: "number-input", value: numberText(value), "aria-label": label,
    onFocus: ({ target }) => target.select(),
    onKeydown: (event) => { if (event.key === "Enter") event.target.blur(); },
    onChange: ({ target }) => {
      const parsed = parseNumber(target.value, true);
      target.setCustomValidity(parsed.message ?? "");
      target.title = parsed.message ?? "";
      if ("message" in parsed) { target.reportValidity(); return; }
      target.value = numberText(parsed.value);
      if (parsed.value !== value) commit(parsed.value);
    },
  });
}

/** What was seen, as a sentence. */
function observationText(observation) {
  if ("state" in observation) return `Observed: ${visible(observation.state)}.`;
  if ("not" in observation) return `Ruled out: ${visible(observation.not)}.`;
  if ("states" in observation) return `Observed: ${observation.states.map(visible).join(" or ")}.`;
  return "likelihood" in observation ? "Soft evidence counts." : "The belief is set.";
}

/** Opened where it is in use, and by hand. */
function block(opened, title, isInUse, explanation, ...children) {
  const isOpen = opened.get(title) ?? isInUse;
  const toggled = ({ target }) => { if (target.open !== isOpen) opened.set(title, target.open); };
  return h("details", { class: isInUse ? "soft-block in-use" : "soft-block", key: title, open: isOpen, onToggle: toggled },
    h("summary", {}, title, isInUse ? h("span", { class: "soft-mark" }, "in use") : null),
    h("p", { class: "inspector-hint" }, explanation), children);
}
