/** Lessons: where one is, what a step does to the page, how answers are marked, what a snapshot holds. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createActions } from "../actions.js";
import { lessonPlace } from "../actions/lesson.js";
import { dragged } from "../chrome/predict.js";
import { presentLesson, snapshot, writtenLesson } from "../chrome/lesson_recorder.js";
import { linkIn, placeIn, sampleLink } from "../link.js";
import { apply } from "../document.js";

const QUESTION = {
  ask: "Rain?", kind: "probability", target: "rain", state: "yes", tolerance: 0.05, explanation: "So.",
  evidence: [["wet", { state: "yes" }]],
};
const STEP = {
  caption: "One", text: "", evidence: [], look_at: ["rain"], view: "", target: "", question: null, problem: "",
};
const STEPS = [
  STEP,
  { ...STEP, caption: "Two", evidence: [["wet", { state: "yes" }]], view: "why", target: "rain" },
  { ...STEP, caption: "Three", evidence: null, question: QUESTION },
];
const LESSON = { id: "0 lawn", sample: "lawn", own: false, title: "Lawn", suggestions: [], steps: STEPS };

const RIGHT = { is_right: true, is_shown: true, right: 0.7, verdict: "Right." };
const WRONG = { is_right: false, is_shown: false, right: null, verdict: "Too high." };

/** The verbs on a drawing of two variables; `answers` are what Python replies, in turn. */
function playing({ lesson = LESSON, answers = [], ui = {} } = {}) {
  const said = [];
  const variable = (id) => [id, { id, name: id, states: ["no", "yes"] }];
  const drawing = {
    name: "Lawn", variables: new Map([variable("rain"), variable("wet")]), factors: new Map(), layout: new Map(),
    observed: new Map(), suspended: new Map(),
  };
  let state = {
    drawing, sections: { lesson }, pending: [],
    ui: { selection: new Set(), focus: null, highlight: new Set(), panel: "inspector", study: null, ...ui },
  };
  const store = {
    state: () => state,
    dispatch(command) {
      said.push(command);
      state = { ...state, drawing: apply(state.drawing, command) };
    },
    decide: () => {},
    request(question) {
      said.push(question);
      return Promise.resolve({ answer: answers.shift() });
    },
    setUi: (patch) => { state = { ...state, ui: { ...state.ui, ...patch } }; },
    subscribe: () => () => {},
    flush: () => {},
  };
  const actions = createActions(store, () => ({}));
  return { actions, said, state: () => state, place: () => lessonPlace(state) };
}

test("a lesson begins before its first step and ends at its last", () => {
  const { actions, place } = playing();
  assert.deepEqual([place().at, place().step, place().count], [-1, null, 3]);
  assert.equal(actions.stepLesson(-1), false);
  for (const at of [0, 1, 2]) {
    actions.stepLesson(1);
    assert.equal(place().at, at);
  }
  assert.equal(actions.stepLesson(1), false);
  assert.equal(place().at, 2);
  actions.stepLesson(-1);
  assert.equal(place().step.caption, "Two");
});

test("a step observes all it names in one command, and nothing where that holds already", () => {
  const { actions, said, state } = playing();
  actions.goToStep(0);
  assert.deepEqual(said, [], "nothing is observed, and nothing has to be");
  actions.goToStep(1);
  assert.deepEqual(said, [{ type: "observe_all", evidence: [["wet", { state: "yes" }]] }]);
  assert.deepEqual([...state().ui.highlight], ["rain"]);
  actions.goToStep(2);
  assert.equal(said.length, 1, "evidence null: as it is");
});

test("a step opens its view on its variable, and the next one closes it", () => {
  const { actions, state } = playing();
  actions.goToStep(1);
  assert.deepEqual([state().ui.panel, state().ui.study, [...state().ui.selection]], ["study", "why", ["rain"]]);
  actions.goToStep(2);
  assert.equal(state().ui.panel, "inspector");
});

test("a view that the reader opened stays open", () => {
  const { actions, state } = playing({ ui: { panel: "study", study: "ladder" } });
  actions.goToStep(0);
  actions.goToStep(2);
  assert.deepEqual([state().ui.panel, state().ui.study], ["study", "ladder"]);
});

test("a step that no longer fits the drawing is shown and changes nothing", () => {
  const broken = { ...STEPS[1], problem: "there is no 'snow'" };
  const { actions, said, place } = playing({ lesson: { ...LESSON, steps: [STEP, broken] } });
  actions.goToStep(1);
  assert.equal(place().step, broken);
  assert.deepEqual(said, []);
});

test("another lesson begins at its own beginning", () => {
  const { actions, state } = playing();
  actions.goToStep(2);
  const other = { ...state(), sections: { lesson: { ...LESSON, id: "1 coin" } } };
  assert.equal(lessonPlace(other).at, -1);
  const shorter = { ...state(), sections: { lesson: { ...LESSON, steps: [STEP] } } };
  assert.equal(lessonPlace(shorter).at, 0);
});

test("an answer is marked by Python, may be tried again, and once it is right its moment is shown", async () => {
  const { actions, said, place, state } = playing({ answers: [WRONG, RIGHT] });
  actions.goToStep(2);
  await actions.answerQuestion(0.9);
  const { evidence, ...plain } = QUESTION;
  assert.deepEqual(said.at(-1), {
    type: "ask", about: "mark", question: { ...plain, evidence: { wet: { state: "yes" } } }, answer: 0.9,
    evidence: null,
  });
  assert.deepEqual([place().attempt.mark, [...place().attempt.wrong]], [WRONG, [0.9]]);
  assert.equal(state().drawing.observed.size, 0);
  await actions.answerQuestion(0.7);
  assert.equal(place().attempt.mark, RIGHT);
  assert.deepEqual([...state().drawing.observed], QUESTION.evidence);
  const count = said.length;
  await actions.answerQuestion(0.1);
  assert.equal(said.length, count, "it is answered");
});

test("a question that was edited has to be answered anew", async () => {
  const { actions, state } = playing({ answers: [RIGHT] });
  actions.goToStep(2);
  await actions.answerQuestion(0.7);
  const steps = STEPS.with(2, { ...STEPS[2], question: { ...QUESTION, ask: "How probable is rain?" } });
  assert.equal(lessonPlace({ ...state(), sections: { lesson: { ...LESSON, steps } } }).attempt, null);
});

test("a lesson without steps goes from suggestion to suggestion", () => {
  const suggestions = [{ caption: "Wet", evidence: [["wet", { state: "yes" }]], look_at: [], says: "" }];
  const { actions, said } = playing({ lesson: { ...LESSON, steps: [], suggestions } });
  actions.stepLesson(1);
  assert.deepEqual(said, [{ type: "observe_all", evidence: suggestions[0].evidence }]);
});

test("a link names a sample and a step, or a drawing and a step", () => {
  assert.equal(sampleLink("http://a/b?x=1#old", "murder_mystery", 3), "http://a/b?x=1#sample=murder_mystery&step=3");
  assert.deepEqual(placeIn({ hash: "#sample=murder_mystery&step=3" }), { sample: "murder_mystery", step: 3 });
  assert.deepEqual(placeIn({ hash: "#m=abc&step=12" }), { sample: null, step: 12 });
  assert.equal(linkIn({ hash: "#m=abc-_9&step=12" }), "abc-_9");
  for (const step of ["0", "-1", "x", "1e3", "99999", ""]) {
    assert.equal(placeIn({ hash: `#sample=a&step=${step}` }).step, 0, step);
  }
});

test("the bars of a prediction always share one whole", () => {
  assert.deepEqual(dragged([0.25, 0.75], 0, 1), [1, 0]);
  assert.deepEqual(dragged([0.5, 0.25, 0.25], 0, 0), [0, 0.5, 0.5]);
  assert.deepEqual(dragged([1, 0, 0], 0, 0.5), [0.5, 0.25, 0.25], "nothing to share: in equal parts");
});

test("a snapshot holds what is observed, selected and open", () => {
  const { actions, state } = playing();
  actions.goToStep(1);
  assert.deepEqual(snapshot(state()), {
    evidence: { wet: { state: "yes" } }, look_at: ["rain"], view: "why", target: "rain",
  });
});

test("a lesson is written as it stands in a file, whatever the ids", () => {
  const steps = [{ ...STEP, evidence: [["__proto__", { state: "yes" }]], question: { ...QUESTION, evidence: null } }];
  const written = writtenLesson({ ...LESSON, summary: "S", text: "T", steps }, "Lawn");
  assert.equal(written.format, "mbml-lesson");
  assert.equal(JSON.stringify(written.steps[0].evidence), '{"__proto__":{"state":"yes"}}');
  assert.equal(Object.hasOwn(written.steps[0], "problem"), false);
  assert.deepEqual([written.steps[0].view, written.steps[0].question.evidence], [null, null]);
  assert.deepEqual(writtenLesson(null, "Lawn").steps, []);
  assert.equal(writtenLesson(null, "Lawn").title, "Lawn");
});

test("an edit builds on the one before, answered or not", () => {
  const sent = { format: "mbml-lesson", version: 2, title: "Typed just now", steps: [] };
  const state = { sections: { lesson: LESSON }, drawing: { name: "Lawn" }, pending: [] };
  assert.equal(presentLesson(state).title, "Lawn");
  const pending = [{ type: "set_lesson", lesson: { title: "Older" } }, { type: "set_lesson", lesson: sent }];
  assert.equal(presentLesson({ ...state, pending }), sent);
});
