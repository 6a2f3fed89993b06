/** What to look at next: what each variable that was not seen yet would tell about a target. */

import { h } from "../dom.js";
import { probabilityText, visible } from "../text.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, selectedVariable, sentences, variablePicker } from "./parts.js";

/** Gains that are noted on the canvas. */
const NOTED = 5;
const BITS = "Doubt is counted in bits: one bit is the doubt about a fair coin. What is expected is the mean over "
  + "everything that might be seen.";

export const nextView = {
  name: "next",
  title: "What to look at next?",
  hint: "What each unseen variable would tell.",
  create: createNext,
};

function createNext(study) {
  const question = study.question("next");
  let target = null;
  let selection = null;
  let moment = null;
  let open = null; // id of the variable whose answers are unfolded

  function ask() {
    const { drawing } = study.store.state();
    if (!drawing.variables.has(target) || isKnown(drawing, target)) target = null;
    question.ask({ target }).then(() => study.overlay(question.now.reply ? overlayOf(question.now.reply) : null));
  }

  function choose(id) {
    target = id;
    ask();
  }

  function unfold(id) {
    open = open === id ? null : id;
    study.redraw();
  }

  return {
    update(state) {
      const isReselected = selection !== state.ui.selection;
      selection = state.ui.selection;
      const selected = isReselected ? selectedVariable(state) : null;
      const isAnother = selected !== null && selected !== target && !isKnown(state.drawing, selected);
      if (isAnother) target = selected;
      const now = momentOf(state);
      if (!isAnother && !isOther(moment, now)) return;
      moment = now;
      ask();
    },
    draw(state) {
      const { now, cancel } = question;
      return [
        variablePicker(state, now.reply?.target ?? target, choose, {
          caption: "To know", only: (id) => !isKnown(state.drawing, id),
        }),
        progressBar(now, cancel),
        refusalLine(now.refusal),
        now.reply && answer(now.reply, open, unfold),
      ];
    },
  };
}

function isKnown({ observed }, id) {
  const observation = observed.get(id);
  return observation !== undefined && "state" in observation;
}

function answer(reply, open, unfold) {
  const largest = Math.max(...reply.looks.map(({ gain }) => gain), 1e-12);
  return h("div", { key: "answer" },
    sentences([reply.text]),
    h("ol", { class: "study-next-list", key: "looks" },
      reply.looks.map((look) => item(look, largest, look.variable === open, reply, unfold))),
    h("p", { class: "inspector-hint", key: "bits" }, BITS));
}

function item(look, largest, isOpen, reply, unfold) {
  return h("li", { key: look.variable },
    h("button", {
      type: "button", class: "study-next-row", "aria-expanded": String(isOpen), title: visible(look.text),
      onClick: () => unfold(look.variable),
    },
    h("span", { class: "study-next-name" }, visible(look.name)),
    h("span", { class: "study-next-track", "aria-hidden": "true" },
      h("span", { class: "study-next-bar", style: { "--p": look.gain / largest } })),
    h("span", { class: "study-next-number" }, bitsText(look.gain))),
    isOpen && outcomes(look, reply));
}

function outcomes(look, { states, name }) {
  const titles = ["If it is", "Chance", ...states.map((state) => `${name} ${state}`)];
  return h("div", { class: "study-next-outcomes", key: "outcomes" },
    h("p", {}, visible(look.text)),
    h("div", { class: "table-scroll" }, h("table", { class: "study-next-table" },
      h("thead", {}, h("tr", {}, titles.map((title, place) => (
        h("th", { scope: "col", key: String(place) }, visible(title)))))),
      h("tbody", {}, look.outcomes.map((outcome) => h("tr", { key: outcome.state },
        h("th", { scope: "row" }, visible(outcome.state)),
        h("td", {}, probabilityText(outcome.probability)),
        states.map((_, k) => h("td", { key: String(k) },
          outcome.target.length > 0 ? probabilityText(outcome.target[k]) : "–"))))))));
}

function bitsText(gain) {
  if (gain === 0) return "nothing";
  return gain < 0.001 ? "<0.001" : `${gain.toFixed(3)} bits`;
}

function overlayOf({ target, looks }) {
  const told = looks.slice(0, NOTED).filter(({ gain }) => gain > 0);
  return {
    nodes: [
      { id: target, look: "target", note: "" },
      ...told.map(({ variable, gain }) => ({ id: variable, look: "source", note: bitsText(gain) })),
    ],
  };
}
