/** In the presenter view the drawer is away; what the lesson has to say stands above the status strip. */

import { activeSuggestion } from "../actions/evidence.js";
import { lessonPlace } from "../actions/lesson.js";
import { h } from "../dom.js";
import { visible } from "../text.js";
import { progressView, stepView } from "./lesson_step.js";
import { createPart } from "./part.js";

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 */
export function createLessonStrip(store, host, actions) {
  const frame = host.appendChild(h("div", {}));
  const inputs = ({ sections, drawing, ui }) => [
    ui.presenter, sections.lesson, drawing.observed, drawing.variables, ui.lessonAt, ui.attempts, ui.guess,
    ui.markRefusal,
  ];
  const part = createPart(frame, inputs, (state) => state.ui.presenter && strip(state, store, actions));
  return {
    update(state, previous) {
      part.update(state);
      const isWanted = state.ui.presenter && previous && state.ui.answering !== previous.ui.answering;
      if (isWanted) frame.querySelector(".lesson-question :is(input, button):not(:disabled)")?.focus();
    },
    destroy: part.destroy,
  };
}

function strip(state, store, actions) {
  const place = lessonPlace(state);
  if (!place.step) return says(state);
  return h("section", { class: "lesson-strip", "aria-label": "Lesson" },
    stepView(state, place, store, actions), progressView(place, actions));
}

function says({ sections, drawing }) {
  const active = sections.lesson?.suggestions[activeSuggestion(sections.lesson, drawing.observed)];
  return active ? h("p", { class: "strip-says" }, visible(active.says)) : null;
}
