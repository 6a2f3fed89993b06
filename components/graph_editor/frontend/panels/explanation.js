/** The most probable explanation: the one assignment of all variables that is likelier than any other. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { button, section } from "./parts.js";

/**
 * @param {object} store
 * @param {() => void} redraw
 */
export function createExplanation(store, redraw) {
  let reply = null;
  let refusal = "";
  let isAsking = false;
  /** Counts questions, so that an answer to an older one is not shown. */
  let question = 0;

  async function ask() {
    question += 1;
    const mine = question;
    isAsking = true;
    redraw();
    const answer = await store.request({ type: "explain" }).then((found) => ({ found }), (error) => ({ error }));
    if (mine !== question) return;
    isAsking = false;
    reply = answer.found ?? null;
    refusal = answer.error?.message ?? "";
    redraw();
  }

  /** Forget the answer: it was about other evidence, or another model. */
  function clear() {
    question += 1;
    reply = null;
    refusal = "";
    isAsking = false;
  }

  function draw({ drawing, sections }) {
    const beliefs = new Map(sections.beliefs?.values ?? []);
    return section("Most probable explanation",
      h("p", { class: "inspector-hint" }, "The single assignment of all variables together that is likelier than any other."),
      button(isAsking ? "Searching…" : "Explain", ask, { key: "ask", reason: isAsking ? "The search is running" : "" }),
      h("p", { class: "inspector-refusal", role: "status" }, visible(refusal)),
      reply ? answer(drawing, beliefs) : null);
  }

  function answer(drawing, beliefs) {
    const rows = reply.assignment.filter(([id]) => drawing.variables.has(id)).map(([id, state]) => {
      const variable = drawing.variables.get(id);
      return { variable, state, mode: modeOf(variable, beliefs.get(id)), isSeen: drawing.observed.has(id) };
    });
    const differs = rows.some(({ state, mode }) => mode !== null && mode !== state);
    return h("div", { class: "explanation", key: "answer" },
      h("p", { class: "explanation-chance" }, h("b", {}, reply.probability_text), reply.message ? ` ${reply.message}` : ""),
      h("table", { class: "belief-table" }, h("caption", { class: "mbml-spoken" }, "The most probable explanation"),
        h("thead", {}, h("tr", {}, ["Variable", "State", "On its own"].map((title) => h("th", { scope: "col", key: title }, title)))),
        h("tbody", {}, rows.map(row))),
      h("p", { class: "inspector-hint" }, differs
        ? "Marked rows (≠) differ from the most probable state of that variable alone: the best whole is not made of the best parts."
        : "Here it agrees with the most probable state of every variable alone. That need not be so: the best whole is not always made of the best parts."));
  }

  return { draw, clear };
}

function row({ variable, state, mode, isSeen }) {
  const differs = mode !== null && mode !== state;
  return h("tr", { key: variable.id, class: differs ? "differs" : null },
    h("th", { scope: "row" }, visible(label(variable))),
    h("td", {}, visible(state), isSeen ? h("span", { class: "explanation-seen" }, " observed") : null),
    h("td", {}, mode === null ? "" : `${differs ? "≠ " : ""}${visible(mode)}`));
}

/** The most probable state of one variable; null where nothing is believed yet. */
function modeOf(variable, belief) {
  if (belief?.length !== variable.states.length) return null;
  return variable.states[belief.indexOf(Math.max(...belief))];
}
