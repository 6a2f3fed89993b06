/** The verbs that play a lesson: go through its steps, answer its questions, share a step. */

import { linkFor, sampleLink } from "../link.js";
import { createQuestion } from "../study/question.js";
import { writeClipboard } from "./clipboard.js";
import { isObserved } from "./evidence.js";

/**
 * Where a lesson is being played.
 * @param {object} state
 * @returns {{at: number, step: object|null, count: number, attempt: object|null}} `at`: index of the step, −1
 *   before the first; `attempt`: {answer, mark, wrong} of its question, see answerQuestion
 */
export function lessonPlace({ sections, ui }) {
  const steps = sections.lesson?.steps ?? [];
  const at = placeAmong(steps, sections.lesson, ui);
  const step = steps[at] ?? null;
  return { at, step, count: steps.length, attempt: attemptOf(ui, step?.question) };
}

/**
 * @param {object[]} steps those of the lesson, or those it will have once Python has answered
 * @param {object|null} lesson
 * @param {object} ui
 * @returns {number}
 */
export function placeAmong(steps, lesson, { lessonAt }) {
  const isSame = lessonAt && (!lesson || (lessonAt.id ?? lesson.id) === lesson.id); // null: of a lesson that is new
  return isSame ? Math.min(lessonAt.at, steps.length - 1) : -1;
}

/** Kept by the question itself, so that an edited one has to be answered anew. */
function attemptOf({ attempts }, question) {
  return (question && attempts?.get(JSON.stringify(question))) ?? null;
}

/** The question in the form of a lesson file. */
function written({ evidence, ...fields }) {
  return { ...fields, evidence: evidence && Object.fromEntries(evidence) };
}

/** @returns {object} verbs */
export function lessonVerbs({ store, page, dispatch, request, select, toast, dialog, suggesting }) {
  const marking = createQuestion(store, "mark", () => {});
  const place = () => lessonPlace(store.state());

  function show(step) {
    const { drawing, ui } = store.state();
    store.setUi({ highlight: new Set(step.look_at), guess: null, markRefusal: "" });
    if (step.problem) return;
    if (step.evidence && !isObserved(step.evidence, drawing.observed)) observeAll(step.evidence);
    if (drawing.variables.has(step.target)) select([step.target]);
    const isOfLesson = ui.panel === "study" && ui.study === ui.lessonView;
    if (step.view) store.setUi({ panel: "study", study: step.view, lessonView: step.view });
    else if (isOfLesson) store.setUi({ panel: "inspector", study: null, lessonView: null });
  }

  function observeAll(evidence) {
    dispatch({ type: "observe_all", evidence });
  }

  function goToStep(at) {
    const { lesson } = store.state().sections;
    const step = lesson?.steps[at];
    if (!step) return false;
    store.setUi({ lessonAt: { id: lesson.id, at } });
    show(step);
    return true;
  }

  /** From the beginning, with every question open again. */
  function startLesson() {
    store.setUi({ attempts: new Map() });
    return goToStep(0);
  }

  /** Back to what the lesson is about; what is observed stays. */
  function leaveLesson() {
    store.setUi({ lessonAt: null, highlight: new Set() });
    return true;
  }

  function remember(question, attempt) {
    const key = JSON.stringify(question);
    store.setUi({ attempts: new Map(store.state().ui.attempts).set(key, attempt), markRefusal: "" });
  }

  /** What the question's moment looks like, once its answer is known. */
  function reveal({ evidence }) {
    if (!evidence || isObserved(evidence, store.state().drawing.observed)) return;
    store.setUi({ told: new Map(evidence) }); // it was predicted already
    observeAll(evidence);
  }

  async function answerQuestion(answer) {
    const { step, attempt } = place();
    if (!step?.question || attempt?.mark.is_shown) return;
    const { question, evidence } = step;
    await marking.ask({ question: written(question), answer, evidence });
    const { reply: mark, refusal } = marking.now;
    if (refusal) store.setUi({ markRefusal: refusal });
    if (!mark || place().step?.question !== question) return;
    const wrong = new Set(attempt?.wrong);
    if (!mark.is_right && answer !== null) wrong.add(answer);
    remember(question, { answer, mark, wrong });
    if (mark.is_shown) reveal(question);
  }

  async function stepLink() {
    const { lesson } = store.state().sections;
    const { href } = page.defaultView.location;
    const step = place().at + 1;
    if (!lesson.own && lesson.sample) return { url: sampleLink(href, lesson.sample, step) };
    const { text } = await request({ type: "save", format: "json" });
    return linkFor(href, text, step);
  }

  return {
    goToStep,
    /** As a link does: with the drawer that the lesson stands in. */
    openStep(at) {
      store.setUi({ gallery: true });
      return goToStep(at);
    },
    /** By one step, forward or back; by one suggestion where the lesson has no steps. */
    stepLesson(by) {
      const { at, count } = place();
      if (count === 0) return suggesting.stepSuggestion(by);
      if (at < 0 && by < 0) return false;
      if (at < 0) return startLesson();
      return at + by < 0 ? leaveLesson() : goToStep(at + by);
    },
    startLesson,
    leaveLesson,
    answerQuestion,
    /** The keyboard goes to the question of this step, wherever that stands. */
    focusQuestion() {
      if (!place().step?.question) return false;
      const { presenter, gallery } = store.state().ui;
      store.setUi({ gallery: gallery || !presenter, answering: {} }); // a new object each time: it is noticed
      store.flush(); // the next key must find the field
      return true;
    },
    togglePredict() {
      const predict = !store.state().ui.predict;
      store.setUi({ predict, told: null });
      toast(predict ? "Predict first: say what you expect, then see it." : "Observations are shown at once.");
    },
    toggleRecording() {
      store.setUi({ recording: !store.state().ui.recording, gallery: true });
    },
    setLesson: (lesson) => dispatch({ type: "set_lesson", lesson }),
    async copyStepLink() {
      try {
        const { url } = await stepLink();
        if (!url) toast("This drawing is too large for a link: save it as a file.", "bad");
        else if (await writeClipboard(page, url)) toast("The link opens this step. It is copied.", "good");
        else dialog({ kind: "link", title: "A link that opens this step", text: url });
      } catch ({ message }) {
        toast(message, "bad");
      }
    },
  };
}
