/** Which number of the model the answer hangs on, and the smallest change that would turn a decision. */

import { h } from "../dom.js";
import { section } from "../panels/parts.js";
import { probabilityText, visible } from "../text.js";
import { createClaim } from "./claim.js";
import { progressBar, refusalLine, sentences } from "./parts.js";

/** Bars and changes that are shown; the rest moves less. */
const SHOWN = 12;
const FLIPS = 6;
/** Factors that are marked on the canvas. */
const MARKED = 4;
const HOW = "Each number is moved down and up by 0.1 (in a free factor by a tenth), the rest of its row giving way in "
  + "proportion. Click a bar to see the factor.";

export const sensitivityView = {
  name: "sensitivity",
  title: "What does it hang on?",
  hint: "The numbers that matter most.",
  create: createSensitivity,
};

function createSensitivity(study) {
  let threshold = 0.5;
  const claim = createClaim(study, "sensitivity", light, () => ({ threshold }));

  function light() {
    const { reply } = claim.question.now;
    study.overlay(reply ? overlayOf(reply) : null);
  }

  function choose(next) {
    if (!(next > 0 && next < 1)) return study.redraw();
    threshold = next;
    return claim.ask();
  }

  function show(factor) {
    study.store.setUi({ selection: new Set([factor]), focus: factor });
  }

  return {
    update: claim.follow,
    draw(state) {
      const { now, cancel } = claim.question;
      return [
        claim.pickers(state),
        thresholdField(threshold, choose),
        progressBar(now, cancel),
        refusalLine(now.refusal),
        now.reply && answer(now.reply, show),
      ];
    },
  };
}

function thresholdField(threshold, choose) {
  return h("label", { class: "study-field", key: "threshold" }, h("span", {}, "Decide at"),
    h("input", {
      type: "number", min: "0.01", max: "0.99", step: "0.01", value: String(threshold),
      class: "study-sensitivity-threshold", onChange: ({ target }) => choose(Number(target.value)),
    }));
}

function answer(reply, show) {
  const influences = reply.influences.slice(0, SHOWN);
  const ends = influences.flatMap(({ at_lower: low, at_upper: high }) => [low, high]);
  const [least, most] = [Math.min(reply.probability, ...ends), Math.max(reply.probability, ...ends)];
  const scale = (p) => (most > least ? (p - least) / (most - least) : 0.5);
  return h("div", { key: "answer" },
    sentences([reply.text]),
    influences.length > 0 && section("What moves it most",
      axis(reply, least, most, scale),
      h("ul", { class: "study-sensitivity-list" },
        influences.map((one, place) => row(one, place, scale, scale(reply.probability), show))),
      h("p", { class: "inspector-hint" }, HOW)),
    reply.flips.length > 0 && section("What flips the decision",
      h("ol", { class: "study-sensitivity-flips" },
        reply.flips.slice(0, FLIPS).map((one, place) => h("li", { key: String(place) }, visible(one.flip_text))))));
}

function axis({ probability, claim }, least, most, scale) {
  return h("div", { class: "study-sensitivity-axis", key: "axis" },
    h("span", {}, probabilityText(least)),
    h("span", { class: "study-sensitivity-now", style: { "--at": scale(probability) } },
      `P(${visible(claim.text)}) = ${probabilityText(probability)}`),
    h("span", {}, probabilityText(most)));
}

function row(one, place, scale, now, show) {
  const [low, high] = [scale(one.at_lower), scale(one.at_upper)];
  return h("li", { key: String(place) },
    h("button", { type: "button", class: "study-sensitivity-row", onClick: () => show(one.factor) },
      h("span", { class: "study-sensitivity-name" }, visible(one.name)),
      h("span", { class: "study-sensitivity-plot", style: { "--now": now }, "aria-hidden": "true" },
        bar("down", now, low), bar("up", now, high)),
      h("span", { class: "study-sensitivity-caption" }, visible(one.text))));
}

/** From the present answer to the one where the number is moved `down` or `up`. */
function bar(side, now, end) {
  return h("span", {
    class: `study-sensitivity-bar ${side}`, style: { "--low": Math.min(now, end), "--high": Math.max(now, end) },
  });
}

function overlayOf({ claim, influences }) {
  const factors = [...new Set(influences.map(({ factor }) => factor))].slice(0, MARKED);
  return {
    nodes: [
      { id: claim.variable, look: "target", note: "" },
      ...factors.map((id, place) => ({ id, look: "source", note: place === 0 ? "most" : "" })),
    ],
  };
}
