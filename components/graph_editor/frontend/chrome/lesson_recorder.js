/** Recording a lesson: snapshots of what is observed and open, with words and maybe a question for each. */

import { placeAmong } from "../actions/lesson.js";
import { h } from "../dom.js";
import { button, field, moveButtons, moved, textInput } from "../panels/parts.js";
import { VIEWS } from "../study/views.js";
import { visible } from "../text.js";
import { iconButton } from "./button.js";
import { questionEditor } from "./lesson_question_editor.js";

/**
 * The lesson as it stands in a file.
 * @param {object|null} lesson the section that Python sends
 * @param {string} name of the drawing
 * @returns {object}
 */
export function writtenLesson(lesson, name) {
  const asObject = (pairs) => pairs && Object.fromEntries(pairs);
  const { title = name, summary = "", text = "", suggestions = [], steps = [] } = lesson ?? {};
  return {
    format: "mbml-lesson", version: 2, title, summary, text,
    suggestions: suggestions.map((one) => ({ ...one, evidence: asObject(one.evidence) })),
    steps: steps.map(({ problem, question, ...step }) => ({
      ...step, view: step.view || null, target: step.target || null, evidence: asObject(step.evidence),
      question: question && { ...question, evidence: asObject(question.evidence) },
    })),
  };
}

/**
 * The lesson with every edit that was made, answered or not: the next one builds on it.
 * @param {object} state
 * @returns {object} as in a file
 */
export function presentLesson({ sections, drawing, pending }) {
  const last = pending.findLast(({ type }) => type === "set_lesson");
  return last?.lesson ?? writtenLesson(sections.lesson, drawing.name);
}

/**
 * What a snapshot holds of the present page.
 * @param {object} state
 * @returns {{evidence: object, look_at: string[], view: string|null, target: string|null}}
 */
export function snapshot({ drawing, ui }) {
  const view = ui.panel === "study" ? ui.study : null;
  const target = [...ui.selection].find((id) => drawing.variables.has(id)) ?? null;
  return {
    evidence: Object.fromEntries(drawing.observed), look_at: [...ui.selection], view, target: view && target,
  };
}

/**
 * @param {object} state
 * @param {object} store
 * @param {object} actions
 * @returns {HTMLElement}
 */
export function recorderView(state, store, actions) {
  const lesson = presentLesson(state);
  const at = placeAmong(lesson.steps, state.sections.lesson, state.ui);
  const edit = editsOf(store, actions);
  return h("section", { key: "recorder", class: "lesson recorder" },
    h("h2", {}, "Record a lesson"),
    h("p", { class: "lesson-summary" },
      "Observe something, open a view, then take a snapshot. It is kept in the drawing."),
    field("Title", textInput(lesson.title, (title) => edit.lesson({ title }))),
    field("Summary", textInput(lesson.summary, (summary) => edit.lesson({ summary }))),
    iconButton({
      key: "snapshot", name: "Take a snapshot", text: "Take a snapshot", image: "record",
      class: "tool labelled primary lesson-start", run: () => edit.add(at + 1),
    }),
    h("ol", { key: "steps", class: "recorder-steps" }, lesson.steps.map((step, index) =>
      stepEditor(state, { step, index, count: lesson.steps.length, isOpen: index === at }, edit, actions))),
    h("footer", { key: "footer", class: "lesson-footer" },
      state.sections.lesson?.own && h("button", {
        type: "button", class: "lesson-quiet", onClick: () => actions.setLesson(null),
      }, "Remove the lesson"),
      h("button", { type: "button", class: "tool labelled primary", onClick: actions.toggleRecording }, "Done")));
}

/** The edits of a lesson. Each reads what is there when it is made, not when its button was drawn. */
function editsOf(store, actions) {
  const lesson = (changes) => actions.setLesson({ ...presentLesson(store.state()), ...changes });
  const steps = (change, to) => {
    const state = store.state();
    lesson({ steps: change(presentLesson(state).steps) });
    store.setUi({ lessonAt: { id: state.sections.lesson?.id ?? null, at: to } });
  };
  const fresh = (count) => ({ caption: `Step ${count + 1}`, text: "", ...snapshot(store.state()), question: null });
  return {
    lesson,
    add: (at) => steps((all) => all.toSpliced(at, 0, fresh(all.length)), at),
    anew: (at) => steps((all) => all.with(at, { ...all[at], ...snapshot(store.state()) }), at),
    change: (at, changes) => steps((all) => all.with(at, { ...all[at], ...changes }), at),
    question: (at, update) => steps((all) => all.with(at, { ...all[at], question: update(all[at].question) }), at),
    move: (from, to) => steps((all) => moved(all, from, to), to),
    remove: (at) => steps((all) => all.toSpliced(at, 1), at - 1),
  };
}

function stepEditor(state, { step, index, count, isOpen }, edit, actions) {
  const name = `step ${index + 1}`;
  const change = (changes) => edit.change(index, changes);
  return h("li", { key: String(index), class: isOpen ? "recorder-step recorder-open" : "recorder-step" },
    h("div", { class: "recorder-row" },
      h("button", {
        type: "button", class: "suggestion", "aria-expanded": String(isOpen), onClick: () => actions.goToStep(index),
      }, `${index + 1}. ${visible(step.caption)}`),
      moveButtons(name, index, count, edit.move),
      iconButton({ name: `Delete ${name}`, image: "close", run: () => edit.remove(index) })),
    isOpen && [
      field("Caption", textInput(step.caption, (text) => change({ caption: text.trim() || `Step ${index + 1}` }))),
      field("Text", h("textarea", {
        value: step.text, rows: "4", onChange: ({ target }) => change({ text: target.value }),
      })),
      h("p", { class: "recorder-kept" }, keptText(step)),
      button("Take this snapshot anew", () => edit.anew(index), { key: "anew" }),
      questionEditor(state, step.question, (update) => edit.question(index, update)),
    ]);
}

function keptText({ evidence, view, look_at: lookAt }) {
  const count = Object.keys(evidence ?? {}).length;
  const title = VIEWS.find(({ name }) => name === view)?.title ?? view;
  return [
    evidence === null ? "Observations: as they are" : `Observations: ${count}`,
    view && `view: ${title}`, lookAt.length > 0 && `nodes to look at: ${lookAt.length}`,
  ].filter(Boolean).join(" · ");
}
