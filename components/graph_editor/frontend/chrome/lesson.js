/** What the open sample teaches: the story, and things to observe. */

import { activeSuggestion } from "../actions/evidence.js";
import { h } from "../dom.js";
import { visible } from "../text.js";

/**
 * @param {object} state
 * @param {object} actions
 * @param {{isOpen: boolean, onToggle: (event: Event) => void}} story whether the steps are unfolded
 * @returns {HTMLElement|null}
 */
export function lessonView({ sections, drawing }, actions, story) {
  const { lesson } = sections;
  if (!lesson) return null;
  const active = activeSuggestion(lesson, drawing.observed);
  return h("section", { key: "lesson", class: "lesson" },
    h("h2", {}, visible(lesson.title)),
    h("p", { class: "lesson-summary" }, visible(lesson.summary)),
    lesson.steps.length > 0 && steps(lesson.steps, story),
    lesson.suggestions.length > 0 && [
      h("h3", {}, "Suppose you see …"),
      h("ol", { class: "suggestions" }, lesson.suggestions.map((one, index) =>
        suggestion(one, index === active, () => actions.suggest(index)))),
    ]);
}

function steps(all, { isOpen, onToggle }) {
  return h("details", { class: "story", open: isOpen, onToggle },
    h("summary", {}, all.map(({ verb }) => visible(verb)).join(" · ")),
    h("dl", {}, all.map(({ verb, text }) => [h("dt", {}, visible(verb)), h("dd", {}, visible(text))])));
}

function suggestion({ caption, says }, isActive, run) {
  return h("li", {},
    h("button", {
      type: "button", class: "suggestion", "aria-pressed": String(isActive), onClick: run,
    }, visible(caption)),
    isActive && h("p", { class: "says", role: "status" }, visible(says)));
}
