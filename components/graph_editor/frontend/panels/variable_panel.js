/** The inspector of one variable: name, states, factors and what was seen of it. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { button, draggable, field, grip, icon, ICONS, moveButtons, moved, section, textInput } from "./parts.js";
import { createObservationControls } from "./soft_evidence.js";

/**
 * @param {object} store
 * @param {() => void} redraw
 * @returns {{draw: (state: object, variable: object) => Array, reset: () => void}}
 */
export function createVariablePanel(store, redraw) {
  const observing = createObservationControls({ store, redraw });
  let refusal = "";
  const setStates = (variable, states, from) => {
    refusal = wrongStates(states);
    if (refusal) redraw();
    else store.dispatch({ type: "set_states", id: variable.id, states, from });
  };
  return {
    draw: (state, variable) => [
      nameField(store, variable),
      observing.draw(variable, knownOf(state, variable)),
      stateList(variable, refusal, stateEdits(variable, setStates)),
      factorList(store, state.drawing, variable),
    ],
    reset() {
      refusal = "";
      observing.reset();
    },
  };
}

/** What was seen of a variable, and what is believed of it. */
function knownOf({ drawing, sections }, { id, states }) {
  const found = sections.beliefs?.values.find(([other]) => other === id)?.[1] ?? null;
  const belief = found?.length === states.length ? found : null;
  return { seen: drawing.observed.get(id), suspended: drawing.suspended.get(id), belief };
}

/** Changes of the states of one variable. `from` tells the model which old state each new one was. */
function stateEdits(variable, setStates) {
  const { states } = variable;
  const places = states.map((_, i) => i);
  const set = (changed, from) => setStates(variable, changed, from);
  return {
    rename: (index, text) => set(states.map((state, i) => (i === index ? text.trim() : state)), places),
    add: () => set([...states, freeState(states)], [...places, null]),
    reorder(from, to) {
      if (to >= 0 && to < states.length) set(moved(states, from, to), moved(places, from, to));
    },
    remove(index) {
      const kept = places.filter((i) => i !== index);
      set(kept.map((i) => states[i]), kept);
    },
  };
}

function nameField(store, { id, name }) {
  const rename = (text) => store.dispatch({ type: "rename", id, name: text });
  return field("Name", textInput(name, rename, { placeholder: visible(id) }));
}

function stateList(variable, refusal, edits) {
  return section("States",
    h("ul", { class: "list" }, variable.states.map((_, i) => stateRow(variable.states, i, edits))),
    h("p", { class: "inspector-refusal", role: "alert" }, refusal),
    button("Add a state", edits.add));
}

function stateRow(states, index, edits) {
  const name = visible(states[index]);
  const drag = draggable("state", index, edits.reorder);
  return h("li", { key: states[index], class: "list-row", ...drag.row },
    grip(drag),
    stateInput(states[index], index, edits),
    moveButtons(name, index, states.length, edits.reorder),
    button(icon(ICONS.remove), () => edits.remove(index), {
      label: `Remove ${name}`, kind: "quiet",
      reason: states.length > 1 ? "" : "A variable has at least one state",
    }));
}

function stateInput(state, index, edits) {
  const name = visible(state);
  const onKeydown = (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || !step) return;
    event.preventDefault();
    edits.reorder(index, index + step);
  };
  return textInput(state, (text) => edits.rename(index, text), {
    "aria-label": `State ${index + 1}`, title: name === state ? "Alt + ↑ or ↓ moves it" : name, onKeydown,
  });
}

function factorList(store, drawing, { id }) {
  const found = [...drawing.factors.values()].filter(({ scope }) => scope.includes(id));
  return section("Factors", found.length === 0
    ? h("p", { class: "inspector-hint" }, "None yet. Drag from this variable to another one to connect them.")
    : h("ul", { class: "links" }, found.map((factor) => factorLink(store, factor, id))));
}

function factorLink(store, factor, id) {
  const select = () => store.setUi({ selection: new Set([factor.id]), focus: factor.id });
  return h("li", { key: factor.id },
    h("button", { type: "button", class: "link", onClick: select }, visible(label(factor))),
    h("span", {}, roleIn(factor, id)));
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
