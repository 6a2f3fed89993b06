/** A question of a lesson: what is asked, a way to answer, and what Python says to the answer. */

import { label } from "../document.js";
import { h } from "../dom.js";
import { visible } from "../text.js";
import { icon } from "./icons.js";

/** Probabilities are answered to the hundredth with the bar, to any digit with the field. */
const STEP = 0.01;

const DIRECTIONS = [["up", "↑", "It goes up"], ["down", "↓", "It goes down"], ["same", "=", "It stays the same"]];

const FORMS = new Map([
  ["probability", probability],
  ["direction", (question, attempt, run) =>
    choices(DIRECTIONS.map(([value, sign, text]) => ({ value, sign, text })), attempt, run)],
  ["choice", ({ choices: all }, attempt, run) =>
    choices(all.map((text) => ({ value: text, text: visible(text) })), attempt, run)],
]);

/**
 * @param {object} state
 * @param {{step: object, attempt: object|null}} place see lessonPlace
 * @param {object} store
 * @param {object} actions
 * @returns {HTMLElement|null}
 */
export function questionView(state, { step, attempt }, store, actions) {
  const { question, problem } = step;
  if (!question || problem) return null;
  const { guess = null, markRefusal = "" } = state.ui;
  const form = FORMS.get(question.kind)(question, attempt, {
    guess, answer: actions.answerQuestion, choose: (value) => store.setUi({ guess: value }),
    subject: subjectOf(state, question),
  });
  return h("section", {
    key: "question", class: "lesson-question", "aria-label": "Question",
    "data-over": String(Boolean(attempt?.mark.is_shown)),
  },
    h("p", { class: "lesson-ask" }, visible(question.ask)),
    form,
    h("div", { class: "lesson-marked", role: "status" },
      markRefusal ? h("p", { class: "lesson-wrong" }, visible(markRefusal)) : attempt && markView(attempt.mark)),
    attempt && !attempt.mark.is_shown && h("button", {
      type: "button", class: "lesson-quiet", key: "show", onClick: () => actions.answerQuestion(null),
    }, "Show the answer"));
}

/** What is asked about, such as "Rain = yes". */
function subjectOf({ drawing }, { target, state }) {
  const variable = drawing.variables.get(target);
  return variable ? `${visible(label(variable))} = ${visible(state)}` : "";
}

function probability(question, attempt, { guess, answer, choose, subject }) {
  const isOver = Boolean(attempt?.mark.is_shown);
  const submit = (event) => {
    event.preventDefault();
    const field = event.currentTarget.querySelector("input[type=number]");
    if (field.value === "") field.focus();
    else answer(Number(field.value));
  };
  const follow = ({ target }) => choose(target.value === "" ? null : Number(target.value));
  return h("form", { key: "form", class: "lesson-probability", onSubmit: submit },
    h("input", {
      type: "range", min: "0", max: "1", step: STEP, value: String(guess ?? 0.5), disabled: isOver,
      "aria-label": `Probability of ${subject}`, onInput: follow, class: guess === null ? "unset" : "",
    }),
    h("input", {
      type: "number", min: "0", max: "1", step: "any", value: guess === null ? "" : String(guess), disabled: isOver,
      placeholder: "0 … 1", "aria-label": `Probability of ${subject} as a number`, onChange: follow,
    }),
    h("button", { type: "submit", class: "tool labelled primary", disabled: isOver }, "Check"));
}

function choices(offered, attempt, { answer }) {
  const isOver = Boolean(attempt?.mark.is_shown);
  return h("div", { key: "form", class: "lesson-choices" }, offered.map(({ value, sign, text }) => {
    const isRight = isOver && attempt.mark.right === value;
    const isWrong = Boolean(attempt?.wrong.has(value));
    return h("button", {
      type: "button", key: value, class: "lesson-choice", "data-look": isRight ? "right" : isWrong ? "wrong" : null,
      disabled: isOver || isWrong, onClick: () => answer(value),
    },
    isRight || isWrong ? icon(isRight ? "check" : "close") : sign && h("b", { "aria-hidden": "true" }, sign),
    h("span", {}, text),
    isWrong && h("span", { class: "mbml-spoken" }, "(wrong)"));
  }));
}

function markView({ is_right: isRight, is_shown: isShown, verdict, number, explanation }) {
  return [
    h("p", { class: isRight ? "lesson-right" : isShown ? "lesson-shown" : "lesson-wrong" },
      icon(isRight ? "check" : isShown ? "dot" : "close"), h("b", {}, visible(verdict))),
    number && h("p", { class: "lesson-number" }, visible(number)),
    explanation && h("p", {}, visible(explanation)),
  ];
}
