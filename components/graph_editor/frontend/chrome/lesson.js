/** What the open lesson teaches, in the drawer: its story and things to observe, or the step that is played. */

import { activeSuggestion } from "../actions/evidence.js";
import { lessonPlace } from "../actions/lesson.js";
import { h } from "../dom.js";
import { visible } from "../text.js";
import { iconButton } from "./button.js";
import { progressView, stepView } from "./lesson_step.js";

/**
 * @param {object} state
 * @param {object} store
 * @param {object} actions
 * @param {{isOpen: boolean, onToggle: (event: Event) => void}} story whether it is unfolded
 * @returns {HTMLElement|null}
 */
export function lessonView(state, store, actions, story) {
  const { lesson } = state.sections;
  if (!lesson) return null;
  const place = lessonPlace(state);
  return h("section", { key: "lesson", class: "lesson" },
    h("h2", {}, visible(lesson.title) || "Lesson"),
    place.step ? player(state, place, store, actions) : overview(state, lesson, actions, story));
}

function player(state, place, store, actions) {
  return [
    progressView(place, actions),
    stepView(state, place, store, actions),
    h("footer", { key: "footer", class: "lesson-footer" },
      h("button", { type: "button", class: "lesson-quiet", onClick: actions.copyStepLink }, "Link to this step"),
      h("button", { type: "button", class: "lesson-quiet", onClick: actions.leaveLesson }, "Leave the lesson")),
  ];
}

function overview({ drawing }, lesson, actions, story) {
  const active = activeSuggestion(lesson, drawing.observed);
  return [
    h("p", { key: "summary", class: "lesson-summary" }, visible(lesson.summary)),
    lesson.problems.map(({ what, remedy }, index) =>
      h("p", { key: `problem ${index}`, class: "lesson-problem" }, `${visible(what)}: ${visible(remedy)}`)),
    lesson.steps.length > 0 && iconButton({
      key: "start", name: "Start the lesson", text: `Start the lesson · ${stepsText(lesson.steps.length)}`,
      image: "next", verb: "nextStep", class: "tool labelled primary lesson-start", run: actions.startLesson,
    }),
    lesson.story.length > 0 && parts(lesson.story, story),
    lesson.suggestions.length > 0 && [
      h("h3", { key: "suppose" }, "Suppose you see …"),
      h("ol", { key: "suggestions", class: "suggestions" }, lesson.suggestions.map((one, index) =>
        suggestion(one, index === active, () => actions.suggest(index)))),
    ],
  ];
}

const stepsText = (count) => (count === 1 ? "1 step" : `${count} steps`);

function parts(all, { isOpen, onToggle }) {
  return h("details", { key: "story", class: "story", open: isOpen, onToggle },
    h("summary", {}, all.map(({ verb }) => visible(verb)).filter(Boolean).join(" · ") || "The story"),
    h("dl", {}, all.map(({ verb, text }) => [h("dt", {}, visible(verb)), h("dd", {}, visible(text))])));
}

function suggestion({ caption, says }, isActive, run) {
  return h("li", {},
    h("button", {
      type: "button", class: "suggestion", "aria-pressed": String(isActive), onClick: run,
    }, visible(caption)),
    isActive && h("p", { class: "says", role: "status" }, visible(says)));
}
