/** How far the numbers can be trusted and what they rest on: always in sight. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { iconButton } from "./button.js";
import { chipList, chipsOf, observationText } from "./chips.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { createPart } from "./part.js";

const BADGES = new Map([
  ["exact", ["good", "check"]],
  ["approximate", ["approximate", "wave"]],
  ["unconverged", ["approximate", "wave"]],
  ["impossible", ["bad", "warning"]],
  ["problems", ["warn", "warning"]],
  ["failed", ["bad", "warning"]],
  ["empty", ["plain", "dot"]],
]);

const WAITING = {
  kind: "empty", title: "Computing…", text: "", chance: "", log_evidence: null, sweeps: 0, residual: null,
};

const METHODS = [
  ["auto", "Automatic", "exact where it is affordable"],
  ["exact", "Always exact", "junction tree; may be refused"],
  ["bp", "Always approximate", "loopy belief propagation"],
];

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 */
export function createStatusStrip(store, host, actions) {
  const frame = host.appendChild(h("div", {}));
  let order = [];
  const inputs = ({ drawing, sections, ui }) => [
    drawing.observed, drawing.suspended, drawing.variables, sections.beliefs, sections.problems, sections.settings,
    ui.presenter,
  ];
  return createPart(frame, inputs, (state) => {
    const chips = chipsOf(state.drawing, order);
    order = chips.map(({ id }) => id);
    return [banner(state, actions), strip(state, chips, store, actions)];
  });
}

function strip(state, chips, store, actions) {
  const status = state.sections.beliefs?.status ?? WAITING;
  const hint = h("p", { key: "hint", class: "strip-hint" }, "Nothing observed: click a bar to say what you saw.");
  return h("section", { key: "strip", class: "strip", "aria-label": "Result and observations" },
    badge(status, state, store, actions),
    facts(status),
    chips.length ? chipList(chips, actions) : hint,
    chips.length > 0 && !state.ui.presenter && iconButton({
      key: "all", name: "Retract all observations", text: "Retract all", image: "retract", verb: "retractAll",
      run: actions.retractAll,
    }));
}

function badge(status, { sections }, store, actions) {
  const [look, image] = BADGES.get(status.kind) ?? BADGES.get("empty");
  const isPressed = (method) => (sections.settings?.method ?? "auto") === method;
  const methods = METHODS.map(([method, name, hint]) => ({
    label: name, hint, isChecked: isPressed(method), run: () => actions.setMethod(method),
  }));
  const problems = sections.problems ?? [];
  const dialog = { kind: "problems", title: "Problems of this drawing", problems, isOfDrawing: true };
  const show = { label: `Show the problems (${problems.length})`, run: () => store.setUi({ dialog }) };
  const items = problems.length ? [...methods, show] : methods;
  return h("button", {
    key: "badge", type: "button", class: "badge", "data-look": look,
    "aria-haspopup": "menu", "aria-expanded": "false",
    title: [visible(status.text), "Click to choose the method."].filter(Boolean).join("\n"),
    onClick: (event) => openMenu(event.currentTarget, items, "Method"),
  }, icon(image), h("span", { role: "status" }, visible(status.title)), icon("down"));
}

function facts(status) {
  const isApproximate = ["approximate", "unconverged"].includes(status.kind);
  const why = ["problems", "failed"].includes(status.kind) && visible(status.text);
  return [
    status.chance && chance(status),
    isApproximate && effort(status),
    why && h("p", { key: "why", class: "strip-why", title: why }, why),
  ].filter(Boolean);
}

function chance({ chance: text, log_evidence: logEvidence }) {
  const nats = Number.isFinite(logEvidence) ? `log evidence ${signed(logEvidence)} nats` : "";
  const title = ["The probability of everything that is observed.", nats].filter(Boolean).join("\n");
  return h("span", { key: "chance", class: "strip-fact", title, "aria-description": nats || null }, visible(text));
}

function effort({ sweeps, residual }) {
  const left = Number.isFinite(residual) ? `, residual ${residual.toPrecision(2)}` : "";
  return h("span", {
    key: "effort", class: "strip-effort",
    title: "How often messages went round, and how far they still moved at the end.",
  }, `${sweeps} ${sweeps === 1 ? "sweep" : "sweeps"}${left}`);
}

function signed(number) {
  return `${number < 0 ? "\u2212" : ""}${Math.abs(number).toFixed(4)}`;
}

/** What to do when nothing fits: every observation of the contradiction, to take back with a click. */
function banner({ drawing, sections }, actions) {
  if (sections.beliefs?.status?.kind !== "impossible") return null;
  const named = sections.beliefs.conflict.filter((id) => drawing.observed.has(id) && drawing.variables.has(id));
  return h("section", { key: "banner", class: "banner", role: "alert" },
    icon("warning"),
    h("p", {}, h("b", {}, lead(named.length)), " ", named.length ? "Take one back:" : "Correct a factor."),
    h("div", { class: "banner-buttons" }, named.map((id) => takeBack(id, drawing, actions))));
}

function lead(count) {
  if (count === 0) return "The factors alone allow nothing: this drawing has probability zero.";
  return count === 1 ? "This cannot happen in this drawing." : "These cannot all be true at once.";
}

function takeBack(id, drawing, actions) {
  const words = `${visible(label(drawing.variables.get(id)))} ${observationText(drawing.observed.get(id))}`;
  return h("button", {
    key: id, type: "button", class: "tool labelled", title: `Take back ${words}`,
    "aria-label": `Take back ${words}`, onClick: () => actions.retract([id]),
  }, h("b", {}, words));
}
