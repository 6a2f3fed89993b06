/** Natural frequencies: a thousand imagined cases as dots, filtered by one observation after another. */

import { h, svg } from "../dom.js";
import { button, section } from "../panels/parts.js";
import { visible } from "../text.js";
import { createClaim } from "./claim.js";
import { COLUMNS, dotsOf, dotsPath } from "./dots.js";
import { progressBar, refusalLine } from "./parts.js";

const RADIUS = { yes: 0.4, no: 0.31, "gone-yes": 0.13, "gone-no": 0.13 };

export const frequenciesView = {
  name: "frequencies",
  title: "1,000 imagined cases",
  hint: "The same answer in counts.",
  create: createFrequencies,
};

function createFrequencies(study) {
  let at = null; // index of the stage; null for the last one
  const claim = createClaim(study, "frequencies", () => {});

  function go(next) {
    at = next;
    study.redraw();
  }

  return {
    update(state, previous) {
      if (state.drawing.observed.size !== previous?.drawing.observed.size) at = null;
      claim.follow(state);
    },
    draw(state) {
      const { now, cancel } = claim.question;
      return [
        claim.pickers(state),
        progressBar(now, cancel),
        refusalLine(now.refusal),
        now.reply && answer(now.reply, Math.min(at ?? Infinity, now.reply.stages.length - 1), go),
      ];
    },
  };
}

function answer(reply, at, go) {
  const { stages, claim, notes, conclusion } = reply;
  const last = stages.length - 1;
  const stage = stages[at];
  return h("div", { key: "answer" },
    last > 0 && h("div", { class: "button-row study-frequencies-controls", key: "controls" },
      button("Back", () => go(at - 1), { key: "back", reason: at > 0 ? "" : "It is the beginning" }),
      button("Next", () => go(at + 1), { key: "next", reason: at < last ? "" : "It is the last observation" }),
      h("span", {}, `${at} of ${last} observations`)),
    h("p", { class: "study-frequencies-sentence", "aria-live": "polite", key: "sentence" }, stage.sentence),
    picture(stages, at, claim),
    last > 0 && section("Stage by stage", stageList(stages, at, claim, go),
      h("p", { class: "study-frequencies-end", key: "end" }, conclusion)),
    notes.map((note, index) => h("p", { class: "inspector-hint", key: `note ${index}` }, note)));
}

function picture(stages, at, claim) {
  const { sorts, dots, worth } = dotsOf(stages, at);
  const rows = Math.max(1, Math.ceil(dots / COLUMNS));
  const paths = sorts.filter(({ count }) => count > 0).map((sort) => svg("path", {
    key: sort.name, class: `study-frequencies-dots ${sort.name}`, d: dotsPath(sort, RADIUS[sort.name]),
  }));
  return h("figure", { class: "study-frequencies-picture", key: "picture" },
    svg("svg", { viewBox: `0 0 ${COLUMNS} ${rows}`, role: "img", "aria-label": stages[at].sentence }, paths),
    h("figcaption", {}, legend(sorts, claim),
      worth > 1 && h("p", { class: "inspector-hint", key: "worth" },
        `Each dot stands for ${worth.toLocaleString("en")} cases.`)));
}

function legend(sorts, claim) {
  const hasGone = sorts.some(({ name, count }) => name.startsWith("gone") && count > 0);
  const gone = hasGone ? [["gone-no", "dropped"]] : [];
  const entries = [["yes", claim.text], ["no", `${claim.name} ≠ ${claim.state}`], ...gone];
  return h("ul", { class: "study-frequencies-legend", key: "legend" }, entries.map(([name, text]) =>
    h("li", { key: name },
      svg("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" }, svg("path", {
        class: `study-frequencies-dots ${name}`, d: dotsPath({ count: 1, first: 0 }, RADIUS[name]),
      })), visible(text))));
}

function stageList(stages, at, claim, go) {
  const titles = ["Observation", "left", claim.text, "share"];
  return h("table", { class: "study-frequencies-stages", key: "stages" },
    h("caption", { class: "mbml-spoken" }, "The cases left after each observation"),
    h("thead", {}, h("tr", {}, titles.map((title) => h("th", { scope: "col", key: title }, visible(title))))),
    h("tbody", {}, stages.map((stage, index) => h("tr", {
      key: stage.id, class: index === at ? "current" : null, "aria-current": index === at ? "step" : null,
    },
    h("th", { scope: "row" }, h("button", { type: "button", class: "link", onClick: () => go(index) },
      index === 0 ? "all cases" : visible(stage.seen))),
    h("td", {}, counted(stage.kept)),
    h("td", {}, counted(stage.with_claim)),
    h("td", {}, stage.kept > 0 ? `${Math.round((100 * stage.with_claim) / stage.kept)} %` : "–")))));
}

const counted = (number) => number.toLocaleString("en");
