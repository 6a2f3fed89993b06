/** Exact beside loopy beliefs: twin bars on the drawing, the gaps in a table, and the loop that makes them. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { probabilityText, visible } from "../text.js";
import { button } from "../panels/parts.js";
import { loopOverlay } from "./loop_overlay.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, sentences } from "./parts.js";

const HINT = "Both beliefs, and the loop that parts them.";
const FEW = 12;
/** Smaller gaps are called none: the messages themselves have settled to about a billionth. */
const AGREES = 1e-6;
const SIGNS = new Map([["tree", "✓"], ["cut", "✂"], ["loopy", "≈"]]);

export const compareView = { name: "compare", title: "Exact beside loopy", hint: HINT, create };

function create(study) {
  const question = study.question("compare");
  let asked = null;
  let shown = null; // the reply that the overlay was made of
  let isLong = false;

  function light() {
    const { reply } = question.now;
    if (shown === reply) return;
    shown = reply;
    study.overlay(reply ? loopOverlay(reply) : null);
  }

  const on = {
    select: (id) => study.store.setUi({ selection: new Set([id]), focus: id }),
    more() {
      isLong = !isLong;
      study.redraw();
    },
  };

  return {
    draw(state) {
      light();
      const { now, cancel } = question;
      return [progressBar(now, cancel), refusalLine(now.refusal), now.reply && answer(now.reply, state, isLong, on)];
    },
    update(state) {
      const now = momentOf(state);
      if (!isOther(asked, now)) return;
      asked = now;
      question.ask();
    },
  };
}

function answer(reply, state, isLong, on) {
  const gaps = reply.gaps.filter(({ variable }) => state.drawing.variables.has(variable));
  return h("div", { class: "study-compare-answer", key: "answer" },
    badge(reply),
    sentences(reply.sentences),
    reply.worst === "" ? null : h("p", { class: "inspector-hint", key: "what" }, visible(reply.structure.sentence)),
    legend(reply),
    table(reply, gaps, state, isLong, on),
    gaps.length > FEW && button(isLong ? "Show the largest gaps only" : `Show all ${gaps.length} variables`, on.more,
      { key: "more", pressed: isLong }),
    h("p", { class: "inspector-hint study-compare-run", key: "run" }, run(reply)));
}

function badge({ structure }) {
  return h("p", { class: `study-compare-badge ${structure.loops}`, role: "status", key: "badge" },
    h("span", { class: "study-compare-sign", "aria-hidden": "true" }, SIGNS.get(structure.loops)),
    visible(structure.badge));
}

function legend({ has_exact: hasExact }) {
  if (!hasExact) return null;
  return h("p", { class: "study-compare-legend", key: "legend" },
    h("span", { class: "study-compare-swatch exact" }), "exact",
    h("span", { class: "study-compare-swatch loopy" }), "loopy");
}

function run({ status, sweeps, residual }) {
  const count = `${sweeps} ${sweeps === 1 ? "sweep" : "sweeps"}`;
  if (status === "exact") return "Each message was sent once.";
  const moved = residual > 0 ? `, which moved the messages by ${residual.toPrecision(2)} nats at the end` : "";
  return `Loopy belief propagation took ${count}${moved}.`;
}

function table(reply, gaps, state, isLong, on) {
  const rows = isLong ? gaps : gaps.slice(0, FEW);
  const columns = reply.has_exact ? ["Variable", "Exact", "Loopy", "Gap"] : ["Variable", "Loopy"];
  return h("table", { class: "belief-table study-compare-table", key: "table" },
    h("caption", { class: "mbml-spoken" }, "Exact and loopy beliefs, the largest gap first"),
    h("thead", {}, h("tr", {}, columns.map((title, place) => (
      h("th", { scope: "col", key: title, class: place > 0 ? "number" : null }, title))))),
    h("tbody", {}, rows.map((gap) => line(gap, reply, state, on))));
}

function line(gap, { has_exact: hasExact }, { drawing, ui }, on) {
  const variable = drawing.variables.get(gap.variable);
  const [name, own] = [visible(label(variable)), visible(variable.states[gap.state] ?? "")];
  const isOff = gap.difference > AGREES;
  return h("tr", {
    key: gap.variable, class: ui.selection.has(gap.variable) ? "selected" : null,
    onClick: () => on.select(gap.variable),
  },
  h("th", { scope: "row" }, h("button", {
    type: "button", class: "link", title: `${name} = ${own}: select it`,
  }, name, h("span", { class: "study-compare-state" }, ` = ${own}`))),
  hasExact && h("td", { class: "number" }, probabilityText(gap.exact[gap.state])),
  h("td", { class: `number${isOff ? " study-compare-off" : ""}` }, probabilityText(gap.loopy[gap.state])),
  hasExact && h("td", { class: "number study-compare-gap", style: { "--p": gap.difference } }, gapText(gap, isOff)));
}

function gapText({ loopy, exact, state, difference }, isOff) {
  if (!isOff) return "0";
  const sign = loopy[state] > exact[state] ? "+" : "\u2212";
  return difference < 0.00005 ? `${sign}<0.0001` : sign + difference.toFixed(4);
}
