/** The drawer on the left: the lesson, to play or to record, all samples, and the drawings kept in this browser. */

import { lessonPlace } from "../actions/lesson.js";
import { h, svg } from "../dom.js";
import { visible } from "../text.js";
import { iconButton } from "./button.js";
import { lessonView } from "./lesson.js";
import { recorderView } from "./lesson_recorder.js";
import { createPart } from "./part.js";

/** Room around a thumbnail, as a share of its size; and the size of its nodes, in its units. */
const THUMBNAIL = { width: 96, height: 64, margin: 8, variable: 5, factor: 3 };

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 */
export function createGallery(store, host, actions) {
  let isStoryOpen = false;
  let recent = [];
  const story = (event) => {
    isStoryOpen = event.currentTarget.open;
  };
  const inputs = (state) => [
    isShown(state), state.sections.lesson, state.sections.gallery, state.drawing.observed, recent,
    ...inputsOfLesson(state),
  ];
  const view = (state) => isShown(state)
    && drawer(state, recent, store, actions, { isOpen: isStoryOpen, onToggle: story });
  const part = createPart(host, inputs, view);
  const look = async () => {
    recent = await actions.recent();
    part.update(store.state());
  };
  return {
    update(state, previous) {
      const isOpened = isShown(state) && !(previous && isShown(previous));
      const isOther = state.sections.lesson !== previous?.sections.lesson;
      if (isOpened || (isShown(state) && isOther)) look();
      part.update(state);
      if (previous) attend(host, state, previous);
    },
    destroy: part.destroy,
  };
}

function inputsOfLesson({ drawing, pending, ui }) {
  const { lessonAt, attempts, guess, markRefusal, recording } = ui;
  const shown = [lessonAt, attempts, guess, markRefusal, recording];
  return recording ? [...shown, drawing.variables, ui.selection, ui.panel, ui.study, pending] : shown;
}

/** A new step is read from its beginning; a question that is asked for gets the keyboard. */
function attend(host, state, previous) {
  if (!isShown(state)) return;
  const isNewStep = state.ui.lessonAt !== previous.ui.lessonAt;
  const isRecorded = state.ui.recording && state.sections.lesson !== previous.sections.lesson;
  if (isNewStep && !state.ui.recording) host.firstElementChild?.scrollTo({ top: 0 });
  if (isRecorded) host.querySelector(".recorder-open")?.scrollIntoView({ block: "nearest" });
  if (state.ui.answering === previous.ui.answering) return;
  host.querySelector(".lesson-question :is(input, button):not(:disabled)")?.focus();
}

function isShown({ ui }) {
  return ui.gallery && !ui.presenter;
}

function drawer(state, recent, store, actions, story) {
  const { lesson, gallery } = state.sections;
  const isPlayed = state.ui.recording || lessonPlace(state).step !== null;
  return h("aside", { class: "gallery", "aria-label": "Lesson and samples" },
    iconButton({
      key: "close", name: "Close this drawer", image: "close", verb: "toggleGallery", class: "tool gallery-close",
      run: actions.toggleGallery,
    }),
    state.ui.recording ? recorderView(state, store, actions) : lessonView(state, store, actions, story),
    !isPlayed && recordButton(lesson, actions),
    !isPlayed && recent.length > 0
      && section("recent", "Your drawings", recent.map((entry) => recentCard(entry, actions))),
    !isPlayed
      && section("samples", "Samples", (gallery ?? []).map((entry) => sampleCard(entry, lesson?.sample, actions))));
}

function recordButton(lesson, actions) {
  return h("button", {
    key: "record", type: "button", class: "lesson-quiet", onClick: actions.toggleRecording,
  }, lesson?.own ? "Change this lesson" : "Record a lesson");
}

function section(key, title, cards) {
  return h("section", { key, class: "cards" }, h("h3", {}, title), h("ul", {}, cards));
}

function sampleCard({ sample, title, summary, nodes, edges }, open, actions) {
  return h("li", { key: sample }, h("button", {
    type: "button", class: "sample", "aria-current": sample === open ? "true" : null, title: visible(summary),
    onClick: () => actions.openSample(sample),
  },
  thumbnail(nodes, edges),
  h("span", { class: "sample-text" }, h("b", {}, visible(title)), h("small", {}, visible(summary)))));
}

function recentCard(entry, actions) {
  return h("li", { key: entry.id }, h("button", {
    type: "button", class: "sample", onClick: () => actions.openRecent(entry),
  }, h("span", { class: "sample-text" },
    h("b", {}, visible(entry.title) || "Untitled drawing"), h("small", {}, timeText(entry.when)))));
}

/** In the reader's own way of writing a date. */
function timeText(milliseconds) {
  return new Date(milliseconds).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/**
 * @param {[number, number, "v"|"f"][]} nodes
 * @param {[number, number][]} edges
 * @returns {SVGElement}
 */
function thumbnail(nodes, edges) {
  const places = scaled(nodes);
  const line = ([from, to]) => svg("line", {
    x1: places[from].x, y1: places[from].y, x2: places[to].x, y2: places[to].y,
  });
  const shape = ({ x, y, kind }) => (kind === "v"
    ? svg("circle", { cx: x, cy: y, r: THUMBNAIL.variable })
    : svg("rect", {
      x: x - THUMBNAIL.factor, y: y - THUMBNAIL.factor, width: 2 * THUMBNAIL.factor, height: 2 * THUMBNAIL.factor,
    }));
  return svg("svg", {
    class: "thumbnail", viewBox: `0 0 ${THUMBNAIL.width} ${THUMBNAIL.height}`, "aria-hidden": "true",
  }, edges.map(line), places.map(shape));
}

/** The places of the nodes in the thumbnail: as large as fits, in the middle. */
function scaled(nodes) {
  const [left, top] = [0, 1].map((axis) => Math.min(...nodes.map((node) => node[axis])));
  const [right, bottom] = [0, 1].map((axis) => Math.max(...nodes.map((node) => node[axis])));
  const [width, height] = [THUMBNAIL.width - 2 * THUMBNAIL.margin, THUMBNAIL.height - 2 * THUMBNAIL.margin];
  const scale = Math.min(width / Math.max(right - left, 1), height / Math.max(bottom - top, 1));
  return nodes.map(([x, y, kind]) => ({
    x: rounded(THUMBNAIL.width / 2 + (x - (left + right) / 2) * scale),
    y: rounded(THUMBNAIL.height / 2 + (y - (top + bottom) / 2) * scale),
    kind,
  }));
}

function rounded(value) {
  return Math.round(value * 10) / 10;
}
