/** How the observations get on with each other: supporting, at odds, or impossible together. */

import { h } from "../dom.js";
import { section } from "../panels/parts.js";
import { visible } from "../text.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, sentences } from "./parts.js";

const MEASURE = "Each bar compares the chance of one observation by itself with its chance given all the others. "
  + "To the right: the others make it a surprise.";

export const conflictView = {
  name: "conflict",
  title: "Do the observations agree?",
  hint: "How surprising they are together.",
  create: createConflict,
};

function createConflict(study) {
  const question = study.question("conflict");
  let moment = null;

  function ask() {
    question.ask().then(() => study.overlay(question.now.reply ? overlayOf(question.now.reply) : null));
  }

  return {
    update(state) {
      const now = momentOf(state);
      if (!isOther(moment, now)) return;
      moment = now;
      ask();
    },
    draw() {
      const { now, cancel } = question;
      return [progressBar(now, cancel), refusalLine(now.refusal), now.reply && answer(now.reply)];
    },
  };
}

function answer({ text, parts, smallest }) {
  const widest = Math.max(...parts.map(({ conflict }) => Math.abs(conflict)), 1e-9);
  return h("div", { key: "answer" },
    h("div", { class: `study-conflict-verdict ${smallest.length > 0 ? "bad" : ""}`, key: "verdict" },
      sentences([text])),
    parts.length > 1 && section("One against all others",
      h("ul", { class: "study-conflict-list" }, parts.map((part) => row(part, widest))),
      h("p", { class: "inspector-hint" }, MEASURE)));
}

function row({ variable, text, conflict, says }, widest) {
  const share = conflict / widest;
  return h("li", { key: variable },
    h("div", { class: "study-conflict-row" },
      h("span", { class: "study-conflict-name" }, visible(text)),
      h("span", { class: "study-conflict-plot", "aria-hidden": "true" },
        h("span", {
          class: `study-conflict-bar ${conflict > 0 ? "odds" : "support"}`,
          style: { "--low": 0.5 + Math.min(share, 0) / 2, "--high": 0.5 + Math.max(share, 0) / 2 },
        }))),
    h("p", { class: "inspector-hint" }, visible(says)));
}

function overlayOf({ parts, smallest }) {
  const contradicting = smallest.map((id) => ({ id, look: "cut", note: "contradicts" }));
  const noted = parts.filter(({ conflict }) => Math.abs(conflict) >= 0.05).map(({ variable, conflict }) => (
    { id: variable, look: conflict > 0 ? "blocker" : "source", note: conflict > 0 ? "a surprise" : "fits" }));
  return { nodes: [...contradicting, ...noted] };
}
