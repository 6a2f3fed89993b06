/** The controls that walk through a run: buttons, a bar over the whole run with its phases, the speed. */

import { h } from "../dom.js";
import { visible } from "../text.js";
import { icon } from "../panels/parts.js";
import { SPEEDS } from "./player.js";

const GLYPHS = {
  first: "M4.5 4v10M14 4.5 7.5 9l6.5 4.5z",
  back: "M11.5 4 6 9l5.5 5",
  play: "M5.5 3.5 14 9l-8.5 5.5z",
  pause: "M6 4v10M12 4v10",
  next: "M6.5 4 12 9l-5.5 5",
  last: "M13.5 4v10M4 4.5 10.5 9 4 13.5z",
};
/** The part of the bar that a name takes. */
const ROOM = 0.17;

/**
 * @param {ReturnType<import("./player.js").createPlayer>} player
 * @param {import("./trace.js").Trace} trace
 */
export function transport(player, trace) {
  const [at, length] = [player.at(), trace.steps.length];
  const [atStart, atEnd] = [at === 0, at === length];
  const isPlaying = player.isPlaying();
  return h("div", { class: "study-steps-transport", key: "transport" },
    h("div", { class: "study-steps-buttons" },
      tool("first", "To the beginning", () => player.jump(0), atStart),
      tool("back", "Step back", () => player.jump(at - 1), atStart),
      h("button", {
        type: "button", key: "play", class: "inspector-button study-steps-play", disabled: length === 0,
        "aria-label": isPlaying ? "Pause" : "Play", title: isPlaying ? "Pause (Space)" : "Play (Space)",
        onClick: () => player.toggle(),
      }, icon(isPlaying ? GLYPHS.pause : GLYPHS.play)),
      tool("next", "Next step", () => player.jump(at + 1), atEnd),
      tool("last", "To the end", () => player.jump(length), atEnd),
      speed(player)),
    scrubber(player, trace));
}

/** Never disabled, only said to have nothing to do: a disabled button would drop the focus, and with it the keys. */
function tool(name, label, run, isIdle) {
  return h("button", {
    type: "button", key: label, class: "inspector-button", "aria-label": label, title: label,
    "aria-disabled": isIdle ? "true" : null, onClick: run,
  }, icon(GLYPHS[name]));
}

function speed(player) {
  const perSecond = SPEEDS[player.speed()];
  return h("label", { class: "study-steps-speed", title: `${perSecond} steps a second` }, h("span", {}, "Speed"),
    h("input", {
      type: "range", min: "0", max: String(SPEEDS.length - 1), step: "1", value: String(player.speed()),
      "aria-label": "Speed", "aria-valuetext": `${perSecond} steps a second`,
      onInput: ({ target }) => player.setSpeed(Number(target.value)),
    }));
}

function scrubber(player, trace) {
  const { steps, phases } = trace;
  const at = player.at();
  const [length, step] = [steps.length, steps[at - 1]];
  const text = step ? `Step ${at} of ${length}, ${visible(phases[step.phase].name)}` : `Before ${length} steps`;
  return h("div", { class: "study-steps-scrub" },
    h("input", {
      type: "range", min: "0", max: String(Math.max(length, 1)), step: "1", value: String(at),
      "aria-label": "Place in the run", "aria-valuetext": text, disabled: length === 0,
      onInput: ({ target }) => player.jump(Number(target.value)),
    }),
    h("div", { class: "study-steps-marks", "aria-hidden": "true" },
      marksOf(phases, length).map(({ name, place, isNamed, isLeft }, phase) => h("span", {
        key: String(phase), style: { "--p": place }, class: isLeft ? "mark left" : "mark",
      }, isNamed && visible(name)))));
}

/**
 * Where each phase begins on the bar, from 0 to 1, and whether there is room for its name: the last one is named
 * in any case, on the left of its mark where it would stand out of the bar.
 * @param {{name: string, start: number}[]} phases
 * @param {number} length  steps of the run
 */
export function marksOf(phases, length) {
  const places = phases.map(({ start }) => (length > 0 && start >= 0 ? start / length : 1));
  const last = places.length - 1;
  const isLeft = last > 0 && places[last] > 1 - ROOM;
  const limit = places[last] - (isLeft ? ROOM : 0);
  let free = 0;
  return phases.map(({ name }, phase) => {
    const place = places[phase];
    const isNamed = phase === last || (place >= free && place + ROOM <= limit);
    if (isNamed) free = place + ROOM;
    return { name, place, isNamed, isLeft: phase === last && isLeft };
  });
}
