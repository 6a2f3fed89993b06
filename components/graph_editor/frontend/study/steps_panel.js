/** What the stepper shows beside the drawing: what is run, where it is, and what the present step computes. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { button, section } from "../panels/parts.js";
import { cliqueTree } from "./clique_tree.js";
import { sentences, variablePicker } from "./parts.js";
import { ALGORITHMS } from "./roads_table.js";
import { arithmeticOf } from "./step_arithmetic.js";
import { arithmeticTable } from "./step_table.js";
import { conclusionsOf, farthest } from "./trace.js";
import { transport } from "./transport.js";

const SCHEDULES = [
  ["auto", "Automatic"], ["two-pass", "Collect, distribute"], ["flooding", "Flooding"],
  ["sequential", "Sequential"], ["residual", "Residual"], ["random", "Random"],
];
const FIRING = "Click a node on the drawing: it sends what it knows now to all its neighbours.";
const FIRED = "Clicks observe again. To fire more nodes, press “Fire by hand”.";
/** Variables from which on only what feeds the chosen one is shown, as in Python. */
const LARGE = 15;
/** Page and trace round differently; below this they are drawn the same. */
const SAME = 5e-5;
/** What the chosen variable is to an algorithm. */
const ROOTS = new Map([["elimination", "Belief of"], ["junction_tree", "Collect to"]]);

/**
 * @param {object} state
 * @param {object} view
 * @param {object} trace
 * @param {object} on
 */
export function settingsForm(state, view, trace, on) {
  const isLarge = state.drawing.variables.size > LARGE;
  return h("div", { class: "study-steps-settings", key: "settings" },
    h("div", { class: "button-row study-steps-modes", role: "group", "aria-label": "Who sends" },
      button("Run", () => on.setByHand(false), { key: "run", pressed: !view.isByHand }),
      button("Fire by hand", () => on.setByHand(true), { key: "hand", pressed: view.isByHand })),
    view.isByHand ? byHand(state, view, on) : runForm(state, view, trace, isLarge, on));
}

function runForm(state, view, trace, isLarge, on) {
  const hasSchedule = ALGORITHMS.find(([name]) => name === view.algorithm)[2];
  const isTree = trace.schedule === "two-pass";
  const isPruned = view.algorithm === "elimination";
  return [
    choice("Algorithm", ALGORITHMS, view.algorithm, (algorithm) => on.look({ algorithm })),
    hasSchedule && choice("Schedule", SCHEDULES, view.schedule, (schedule) => on.look({ schedule })),
    (isTree || isLarge || !hasSchedule) && variablePicker(state, view.root, (root) => on.look({ root }),
      { caption: ROOTS.get(view.algorithm) ?? (isTree ? "Collect to" : "Feeds") }),
    hasSchedule && !isTree && h("label", { class: "study-field", key: "damping" }, h("span", {}, "Damping"),
      h("span", { class: "study-steps-damping" },
        h("input", {
          type: "range", min: "0", max: "0.9", step: "0.1", value: String(view.damping), "aria-label": "Damping",
          onChange: ({ target }) => on.look({ damping: Number(target.value) }),
        }), h("output", {}, view.damping.toFixed(1)))),
    isLarge && (hasSchedule || isPruned) && h("label", { class: "study-steps-check", key: "part" },
      h("input", {
        type: "checkbox", checked: view.part === "all",
        onChange: ({ target }) => on.look({ part: target.checked ? "all" : "auto" }),
      }), isPruned ? "Also what cannot move this belief" : "Messages of the whole drawing"),
  ];
}

function choice(caption, offered, chosen, choose) {
  return h("label", { class: "study-field", key: caption }, h("span", {}, caption),
    h("select", { value: chosen, onChange: ({ target }) => choose(target.value) },
      offered.map(([value, title]) => h("option", { value }, title))));
}

function byHand({ drawing, ui }, { fired }, on) {
  const last = fired.slice(-6).map((id) => visible(label(drawing.variables.get(id) ?? { id, name: "" })));
  const none = fired.length === 0 ? "Nothing was fired yet" : "";
  return [
    h("p", { class: "inspector-hint", key: "how" }, ui.pick ? FIRING : FIRED),
    fired.length > 0 && h("p", { class: "study-steps-fired", key: "fired" },
      `Fired ${fired.length}: ${fired.length > 6 ? "… " : ""}${last.join(", ")}`),
    h("div", { class: "button-row", key: "undo" },
      button("Take back", on.takeBack, { key: "back", label: "Take the last firing back", reason: none }),
      button("Start over", on.startOver, { key: "over", reason: none })),
  ];
}

/** The controls, the present step, how the run went. */
export function body(state, view, trace, player, on) {
  const at = player.at();
  return [
    trace.steps.length > 0 && transport(player, trace),
    at === trace.steps.length && trace.steps.length > 0 && conclusion(state, view, trace),
    trace.algorithm === "junction_tree" && cliqueTree(trace, at),
    trace.steps.length > 0 && present(trace, at, view, on),
    section("The run",
      h("ul", { class: "study-steps-summary" }, trace.summary.map((text, place) => (
        h("li", { key: String(place) }, visible(text))))),
      h("p", { class: "inspector-hint" }, "Keys in this panel: Space plays, ← and → step, Home and End jump."),
      h("div", { class: "button-row" }, button("Save the trace", on.save, {
        key: "save", label: "Save the trace as JSON", reason: trace.steps.length ? "" : "There are no steps",
      }))),
  ];
}

function present(trace, at, view, on) {
  const step = trace.steps[at - 1];
  if (!step) {
    return h("div", { class: "study-steps-now", key: "now" }, sentences([
      "Nothing was done yet: the bars show what is known of each variable by its own evidence alone.",
    ]));
  }
  const sum = step.inputs.length > 0 || trace.algorithm === "bp" ? arithmeticOf(trace, step) : null;
  return h("div", { class: "study-steps-now", key: "now" },
    h("p", { class: "study-steps-place", key: "place" },
      h("b", {}, `Step ${at}`),
      ` of ${trace.steps.length} · ${visible(trace.phases[step.phase].name)}${moved(step)}`),
    sentences([step.sentence]),
    equation(step.equation),
    step.hidden && h("p", { class: "inspector-hint", key: "hidden" }, `Not shown: ${visible(step.hidden)}.`),
    sum && arithmeticTable(sum, trace.variables, view.isUnfolded, on.unfold));
}

/** How far a message moved from the one before. */
function moved({ residual }) {
  if (residual === 0) return "";
  const isBounded = Number.isFinite(residual);
  return isBounded ? ` · moved by ${Number(residual.toPrecision(2))} (log)` : " · excludes a state";
}

function why({ isExact }, { status }) {
  if (isExact) return "The page's method approximates; these messages do not.";
  if (status.kind !== "exact") return "Both approximate, and did not stop at the same point.";
  return "These messages went round a loop, which counts what they carry more than once; the page is exact.";
}

function equation([left, sign, over, right]) {
  if (left === "") return null;
  return h("p", { class: "study-steps-equation", key: "equation" }, visible(left),
    sign && [h("span", { class: "sign" }, sign), h("sub", {}, visible(over)), " "], visible(right));
}

/** Whether the bars are now those of the page. */
function conclusion(state, view, trace) {
  if (view.isByHand || trace.isCut) return null;
  const { beliefs } = state.sections;
  const gap = beliefs && !beliefs.stale ? farthest(conclusionsOf(trace), beliefs.values) : null;
  if (gap === null) return null;
  const isSame = gap < SAME;
  const text = isSame ? "End of the run: the bars are the beliefs of the page."
    : `End of the run: the bars differ from the page's beliefs by up to ${gap.toFixed(4)}. ${why(trace, beliefs)}`;
  return h("p", { class: `study-steps-end ${isSame ? "same" : "other"}`, key: "end", role: "status" },
    h("span", { "aria-hidden": "true" }, isSame ? "✓ " : "≈ "), text);
}
