/** The most probable explanation beside the best guess for each variable: the best whole and the best parts. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { probabilityText, visible } from "../text.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, sentences } from "./parts.js";

const HINT = "The best whole beside the best parts.";
const COLUMNS = ["Variable", "In the whole", "On its own"];

export const modesView = { name: "modes", title: "Most probable explanation", hint: HINT, create };

function create(study) {
  const question = study.question("modes");
  let asked = null;
  let shown = null; // the reply that the overlay was made of

  function light() {
    const { reply } = question.now;
    if (shown === reply) return;
    shown = reply;
    study.overlay(reply ? modesOverlay(reply) : null);
  }

  return {
    draw(state) {
      light();
      return draw(state, question);
    },
    update(state) {
      const now = momentOf(state);
      if (!isOther(asked, now)) return;
      asked = now;
      question.ask();
    },
  };
}

/**
 * Variables whose two states differ are marked, with the state of the whole.
 * @param {{choices: object[]}} reply
 */
export function modesOverlay({ choices }) {
  return {
    nodes: choices.filter(({ differs }) => differs)
      .map(({ variable, state }) => ({ id: variable, look: "target", note: `whole: ${state}` })),
  };
}

function draw({ drawing }, { now, cancel }) {
  return [progressBar(now, cancel), refusalLine(now.refusal), now.reply && answer(now.reply, drawing)];
}

function answer(reply, { variables }) {
  const choices = reply.choices.filter(({ variable }) => variables.has(variable));
  return h("div", { class: "study-modes-answer", key: "answer" },
    h("dl", { class: "study-modes-chances" },
      chance("The best whole", reply.assignment_text),
      chance("The best parts, together", reply.modes_text)),
    sentences([reply.sentence]),
    h("table", { class: "belief-table study-modes-table" },
      h("caption", { class: "mbml-spoken" }, "The most probable explanation"),
      h("thead", {}, h("tr", {}, COLUMNS.map((title) => h("th", { scope: "col", key: title }, title)))),
      h("tbody", {}, choices.map((choice) => line(choice, variables.get(choice.variable))))));
}

function chance(title, text) {
  return h("div", {}, h("dt", {}, title), h("dd", {}, text));
}

function line({ state, mode, mode_probability: probability, differs, is_seen: isSeen }, variable) {
  const name = visible(label(variable));
  return h("tr", { key: variable.id, class: differs ? "differs" : null },
    h("th", { scope: "row", title: name }, name),
    h("td", { title: visible(state) }, visible(state),
      isSeen && h("span", { class: "study-modes-seen" }, " observed")),
    h("td", { class: "belief-value", style: { "--p": probability } },
      `${differs ? "≠ " : ""}${visible(mode)} `,
      h("span", { class: "study-modes-chance" }, probabilityText(probability))));
}
