/** One step of a lesson with its question, and the way to the next: in the drawer and in the presenter view. */

import { h } from "../dom.js";
import { visible } from "../text.js";
import { iconButton } from "./button.js";
import { icon } from "./icons.js";
import { questionView } from "./lesson_question.js";

/**
 * @param {object} state
 * @param {{at: number, step: object, count: number, attempt: object|null}} place see lessonPlace
 * @param {object} store
 * @param {object} actions
 * @returns {HTMLElement}
 */
export function stepView(state, place, store, actions) {
  const { step } = place;
  return h("article", { key: `step ${place.at}`, class: "lesson-step" },
    h("h3", { class: "lesson-caption", tabindex: "-1" }, visible(step.caption)),
    step.text && h("p", { class: "lesson-text" }, visible(step.text)),
    step.problem && h("p", { class: "lesson-problem", role: "status" },
      icon("warning"), h("span", {}, `This step no longer fits the drawing: ${visible(step.problem)}`)),
    questionView(state, place, store, actions));
}

/**
 * @param {{at: number, count: number}} place
 * @param {object} actions
 * @returns {HTMLElement} how far the lesson is, with Back and Next
 */
export function progressView({ at, count }, actions) {
  const isLast = at === count - 1;
  return h("nav", { key: "progress", class: "lesson-progress", "aria-label": "Steps of the lesson" },
    iconButton({
      key: "back", name: "Step before", text: "Back", image: "back", verb: "stepBefore",
      run: () => actions.stepLesson(-1),
    }),
    h("span", { class: "lesson-count" },
      h("progress", { value: String(at + 1), max: String(count), "aria-hidden": "true" }),
      h("span", { role: "status" }, `${at + 1} of ${count}`)),
    isLast
      ? iconButton({
        key: "end", name: "End of the lesson", text: "Finish", image: "check", run: actions.leaveLesson,
      })
      : iconButton({
        key: "next", name: "Next step", text: "Next", image: "next", verb: "nextStep",
        class: "tool labelled primary", run: () => actions.stepLesson(1),
      }));
}
