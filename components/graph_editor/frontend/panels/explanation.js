/** The most probable explanation: the one assignment of all variables that is likelier than any other. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { button, section } from "./parts.js";

const WHAT = "The single assignment of all variables together that is likelier than any other.";
const DIFFERS = "Marked rows (≠) differ from the most probable state of that variable alone: "
  + "the best whole is not made of the best parts.";
const AGREES = "Here it agrees with the most probable state of every variable alone. "
  + "That need not be so: the best whole is not always made of the best parts.";
const COLUMNS = ["Variable", "State", "On its own"];

const UNASKED = { reply: null, refusal: "", isAsking: false };

/**
 * `draw` gives the block with the question and its answer, `clear` forgets the answer: it was about other
 * evidence, or another model.
 * @param {object} store
 * @param {() => void} redraw
 * @returns {{draw: (state: object) => HTMLElement, clear: () => void}}
 */
export function createExplanation(store, redraw) {
  let now = UNASKED;

  async function ask() {
    const mine = { ...now, isAsking: true };
    now = mine;
    redraw();
    const answered = await answerOf(store);
    // Something else was asked or drawn since: this is no answer to it.
    if (now !== mine) return;
    now = answered;
    redraw();
  }

  return {
    draw: ({ drawing, sections }) => block(now, drawing, sections, ask),
    clear() {
      now = UNASKED;
    },
  };
}

function answerOf(store) {
  return store.request({ type: "explain" }).then(
    (found) => ({ ...UNASKED, reply: found ?? null }),
    (error) => ({ ...UNASKED, refusal: error?.message ?? "" }),
  );
}

function block({ reply, refusal, isAsking }, drawing, sections, ask) {
  const reason = isAsking ? "The search is running" : "";
  return section("Most probable explanation",
    h("p", { class: "inspector-hint" }, WHAT),
    button(isAsking ? "Searching…" : "Explain", ask, { key: "ask", reason }),
    h("p", { class: "inspector-refusal", role: "status" }, visible(refusal)),
    reply && answer(reply, rowsOf(reply, drawing, sections)));
}

function rowsOf({ assignment }, drawing, sections) {
  const beliefs = new Map(sections.beliefs?.values ?? []);
  return assignment.filter(([id]) => drawing.variables.has(id)).map(([id, state]) => {
    const variable = drawing.variables.get(id);
    const mode = modeOf(variable, beliefs.get(id));
    return { variable, state, mode, differs: mode !== null && mode !== state, isSeen: drawing.observed.has(id) };
  });
}

/** The most probable state of one variable; null where nothing is believed yet. */
function modeOf(variable, belief) {
  if (belief?.length !== variable.states.length) return null;
  return variable.states[belief.indexOf(Math.max(...belief))];
}

function answer(reply, rows) {
  const titles = COLUMNS.map((title) => h("th", { scope: "col", key: title }, title));
  return h("div", { class: "explanation", key: "answer" },
    h("p", { class: "explanation-chance" },
      h("b", {}, reply.probability_text), reply.message ? ` ${reply.message}` : ""),
    h("table", { class: "belief-table" },
      h("caption", { class: "mbml-spoken" }, "The most probable explanation"),
      h("thead", {}, h("tr", {}, titles)),
      h("tbody", {}, rows.map(line))),
    h("p", { class: "inspector-hint" }, rows.some(({ differs }) => differs) ? DIFFERS : AGREES));
}

function line({ variable, state, mode, differs, isSeen }) {
  return h("tr", { key: variable.id, class: differs ? "differs" : null },
    h("th", { scope: "row" }, visible(label(variable))),
    h("td", {}, visible(state), isSeen ? h("span", { class: "explanation-seen" }, " observed") : null),
    h("td", {}, mode === null ? "" : `${differs ? "≠ " : ""}${visible(mode)}`));
}
