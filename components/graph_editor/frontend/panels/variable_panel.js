/** The inspector of one variable: name, states, factors and what was seen of it. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { button, draggable, field, icon, ICONS, moved, section, textInput } from "./parts.js";
import { createObservationControls } from "./soft_evidence.js";

/**
 * @param {object} store
 * @param {() => void} redraw
 */
export function createVariablePanel(store, redraw) {
  const observing = createObservationControls({ store, redraw });
  let refusal = "";

  function setStates(variable, states, from) {
    refusal = wrongStates(states);
    if (refusal) redraw();
    else store.dispatch({ type: "set_states", id: variable.id, states, from });
  }

  function rename(variable, index, text) {
    const states = variable.states.map((state, i) => (i === index ? text.trim() : state));
    setStates(variable, states, states.map((_, i) => i));
  }

  function add(variable) {
    const from = variable.states.map((_, i) => i);
    setStates(variable, [...variable.states, freeState(variable.states)], [...from, null]);
  }

  function reorder(variable, from, to) {
    if (to < 0 || to >= variable.states.length) return;
    setStates(variable, moved(variable.states, from, to), moved(variable.states.map((_, i) => i), from, to));
  }

  function remove(variable, index) {
    const kept = variable.states.map((_, i) => i).filter((i) => i !== index);
    setStates(variable, kept.map((i) => variable.states[i]), kept);
  }

  function stateRow(variable, state, index) {
    const drag = draggable("state", index, (from, to) => reorder(variable, from, to));
    const keydown = (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!event.altKey || !step) return;
      event.preventDefault();
      reorder(variable, index, index + step);
    };
    const name = visible(state);
    return h("li", { key: state, class: "list-row", ...drag.row },
      h("span", { class: "list-grip", title: "Drag to reorder", ...drag.handle }, icon(ICONS.grip)),
      textInput(state, (text) => rename(variable, index, text),
        { "aria-label": `State ${index + 1}`, title: name === state ? "Alt + ↑ or ↓ moves it" : name, onKeydown: keydown }),
      button(icon(ICONS.up), () => reorder(variable, index, index - 1), { label: `Move ${name} up`, kind: "quiet", reason: index > 0 ? "" : "It is the first" }),
      button(icon(ICONS.down), () => reorder(variable, index, index + 1),
        { label: `Move ${name} down`, kind: "quiet", reason: index < variable.states.length - 1 ? "" : "It is the last" }),
      button(icon(ICONS.remove), () => remove(variable, index),
        { label: `Remove ${name}`, kind: "quiet", reason: variable.states.length > 1 ? "" : "A variable has at least one state" }));
  }

  function states(variable) {
    return section("States",
      h("ul", { class: "list" }, variable.states.map((state, i) => stateRow(variable, state, i))),
      h("p", { class: "inspector-refusal", role: "alert" }, refusal),
      button("Add a state", () => add(variable)));
  }

  function factors(drawing, variable) {
    const found = [...drawing.factors.values()].filter(({ scope }) => scope.includes(variable.id));
    const select = (id) => store.setUi({ selection: new Set([id]), focus: id });
    return section("Factors", found.length === 0
      ? h("p", { class: "inspector-hint" }, "None yet. Drag from this variable to another one to connect them.")
      : h("ul", { class: "links" }, found.map((factor) => h("li", { key: factor.id },
        h("button", { type: "button", class: "link", onClick: () => select(factor.id) }, visible(label(factor))),
        h("span", {}, roleIn(factor, variable.id))))));
  }

  function draw(state, variable) {
    const { drawing, sections } = state;
    const found = sections.beliefs?.values.find(([id]) => id === variable.id)?.[1] ?? null;
    const belief = found?.length === variable.states.length ? found : null;
    return [
      field("Name", textInput(variable.name, (name) => store.dispatch({ type: "rename", id: variable.id, name }), { placeholder: visible(variable.id) })),
      observing.draw(variable, { seen: drawing.observed.get(variable.id), suspended: drawing.suspended.get(variable.id), belief }),
      states(variable),
      factors(drawing, variable),
    ];
  }

  function reset() {
    refusal = "";
    observing.reset();
  }

  return { draw, reset };
}

function wrongStates(states) {
  if (states.some((state) => state === "")) return "A state needs a name.";
  const twice = states.find((state, i) => states.indexOf(state) !== i);
  return twice === undefined ? "" : `There are two states “${visible(twice)}”. Give each its own name.`;
}

function freeState(states) {
  let number = states.length + 1;
  while (states.includes(`state ${number}`)) number += 1;
  return `state ${number}`;
}

function roleIn(factor, id) {
  if (factor.child === null) return "potential";
  return factor.child === id ? "as its child" : "as a parent";
}
