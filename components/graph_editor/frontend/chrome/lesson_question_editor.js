/** The form in which an author writes the question of a step. */

import { h } from "../dom.js";
import { button, field, textInput } from "../panels/parts.js";
import { selectedVariable, statePicker, variablePicker } from "../study/parts.js";

const KINDS = [
  ["", "No question"],
  ["probability", "How probable?"],
  ["direction", "Up, down or the same?"],
  ["choice", "A choice"],
];
const ABOUT_BELIEFS = new Set(["probability", "direction"]);

/**
 * @param {object} state
 * @param {object|null} question as in a lesson file
 * @param {(update: (question: object|null) => object|null) => void} keep  builds on the question as it is then
 * @returns {HTMLElement}
 */
export function questionEditor(state, question, keep) {
  const kinds = KINDS.filter(([kind]) => !ABOUT_BELIEFS.has(kind) || state.drawing.variables.size > 0);
  const turn = ({ target }) => keep((present) => (target.value ? begun(state, target.value, present) : null));
  const change = (changes) => keep((present) => ({ ...present, ...changes }));
  return h("fieldset", { key: "question", class: "recorder-question" },
    h("legend", {}, "Question"),
    field("Kind", h("select", { value: question?.kind ?? "", onChange: turn },
      kinds.map(([kind, text]) => h("option", { value: kind }, text)))),
    question && [
      field("Question", textInput(question.ask, (text) => change({ ask: text.trim() || "What do you expect?" }))),
      question.kind === "choice" ? choiceFields(question, change) : beliefFields(state, question, change),
      field("Explanation", h("textarea", {
        value: question.explanation, rows: "3", onChange: ({ target }) => change({ explanation: target.value }),
      })),
    ]);
}

/** A question that can be asked as it stands, to be put into better words. */
function begun(state, kind, before) {
  const shared = { ask: before?.ask ?? "What do you expect?", kind, explanation: before?.explanation ?? "" };
  if (kind === "choice") return { ...shared, choices: ["Yes", "No"], answer: "Yes" };
  const target = selectedVariable(state, state.drawing.variables.keys().next().value);
  const known = { ...shared, target, state: state.drawing.variables.get(target).states.at(-1) };
  return kind === "direction" ? { ...known, evidence: Object.fromEntries(state.drawing.observed) } : known;
}

function choiceFields({ choices, answer }, change) {
  const read = (text) => {
    const lines = [...new Set(text.split("\n").map((line) => line.trim()).filter(Boolean))].slice(0, 6);
    if (lines.length > 1) change({ choices: lines, answer: lines.includes(answer) ? answer : lines[0] });
  };
  return [
    field("Answers, one in each line", h("textarea", {
      value: choices.join("\n"), rows: "3", onChange: ({ target }) => read(target.value),
    })),
    field("The right one", h("select", {
      value: String(choices.indexOf(answer)), onChange: ({ target }) => change({ answer: choices[target.value] }),
    }, choices.map((text, index) => h("option", { value: String(index) }, text)))),
  ];
}

function beliefFields(state, question, change) {
  const { drawing } = state;
  const variable = drawing.variables.get(question.target);
  const choose = (target) => change({ target, state: drawing.variables.get(target).states.at(-1) });
  const now = () => change({ evidence: Object.fromEntries(drawing.observed) });
  const count = Object.keys(question.evidence ?? {}).length;
  return [
    variablePicker(state, question.target, choose, { caption: "About" }),
    variable && statePicker(variable, question.state, (name) => change({ state: name })),
    question.kind === "probability" && field("Counts as right within", h("input", {
      type: "number", min: "0.001", max: "0.5", step: "any", value: String(question.tolerance ?? 0.05),
      onChange: ({ target }) => target.checkValidity() && change({ tolerance: Number(target.value) }),
    })),
    h("p", { class: "recorder-kept" }, question.evidence
      ? `About the moment with ${count} observed, which is shown with the answer.`
      : "About the moment of this step."),
    button("It is about what is observed now", now, { key: "now" }),
  ];
}
