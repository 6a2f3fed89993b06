/** What a gesture asks of the drawing, as commands: pure functions. */

import { uniqueName } from "../actions/plan.js";
import { clicked, excluded, slid } from "./observation.js";

/** The command that makes `observation` what is known of a variable; null observation: nothing is. */
export function observing(id, observation) {
  return observation === null ? { type: "retract", ids: [id] } : { type: "observe", id, observation };
}

/** A click on a state, plain or with Alt. @returns {object|null} a command */
export function pressing(drawing, { id, index, isNot }) {
  const variable = drawing.variables.get(id);
  const state = variable?.states[index];
  if (state === undefined) return null;
  const present = drawing.observed.get(id);
  return observing(id, isNot ? excluded(present, state, variable.states) : clicked(present, state));
}

/** Soft evidence with one slider at `share`. @returns {import("./observation.js").Observation|null} */
export function sliding(drawing, { id, index }, share) {
  const { states } = drawing.variables.get(id);
  const weight = Math.round(Math.min(Math.max(share, 0), 1) * 100) / 100;
  return slid(drawing.observed.get(id), states.length, index, weight);
}

/** @returns {{command: object, index: number}} one more state, at the end */
export function addingState(drawing, id) {
  const { states } = drawing.variables.get(id);
  const name = uniqueName(`state ${states.length + 1}`, new Set(states));
  const from = [...states.keys(), null];
  return { command: { type: "set_states", id, states: [...states, name], from }, index: states.length };
}

/** @returns {object|null} a command; null where it is the last state */
export function removingState(drawing, id, index) {
  const { states } = drawing.variables.get(id);
  if (states.length < 2) return null;
  const from = [...states.keys()].filter((other) => other !== index);
  return { type: "set_states", id, states: from.map((old) => states[old]), from };
}

/** @returns {{command: object}|{refused: string}} */
export function renamingState(drawing, id, index, name) {
  const { states } = drawing.variables.get(id);
  if (name === "") return { refused: "A state needs a name." };
  if (states.includes(name)) return { refused: "Another state already has this name." };
  const renamed = states.map((old, other) => (other === index ? name : old));
  return { command: { type: "set_states", id, states: renamed, from: [...states.keys()] } };
}

/** @returns {object|null} one move command for all nodes of `moved` that are elsewhere now */
export function moving(drawing, moved) {
  const positions = [...moved].filter(([id, to]) => {
    const now = drawing.layout.get(id);
    return now && (now.x !== to.x || now.y !== to.y);
  });
  return positions.length > 0 ? { type: "move", positions: positions.map(([id, { x, y }]) => [id, x, y]) } : null;
}
