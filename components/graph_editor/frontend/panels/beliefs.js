/** The beliefs as a table: the twin of the bars, for reading exact numbers and for screen readers. */

import { h, patch } from "../dom.js";
import { visible } from "../text.js";
import { beliefRows, biggestChanges, matchingRows, sortedRows } from "./belief_rows.js";
import { beliefTable } from "./belief_table.js";
import { button, section } from "./parts.js";

/** From this many variables on there is a box to filter them. */
const MANY = 20;
/** Moves that are read out after an update. */
const SPOKEN = 3;

const WHOLE = "The best guess for every variable alone need not be the best guess for all of them together.";
const FILTER = "Filter variables and states";
const NEXT_DIRECTION = new Map([[undefined, "ascending"], ["ascending", "descending"]]);

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @returns {{update: (state: object, previous: object) => void, destroy: () => void}}
 */
export function createBeliefs(store, host) {
  const root = h("aside", { class: "inspector beliefs", "aria-label": "Beliefs" });
  const spoken = h("div", { class: "mbml-spoken", "aria-live": "polite" });
  let view = { sort: null, words: "" };
  const on = {
    sortBy: (column) => look({ sort: nextSort(view.sort, column) }),
    filter: (words) => look({ words }),
    select: (id) => store.setUi({ selection: new Set([id]), focus: id }),
    explain: () => store.setUi({ panel: "study", study: "modes" }),
  };
  host.append(root, spoken);

  function look(changes) {
    view = { ...view, ...changes };
    redraw();
  }

  function redraw() {
    const state = store.state();
    root.hidden = state.ui.panel !== "beliefs";
    root.classList.toggle("wide", Boolean(state.ui.panelWide));
    if (!root.hidden) patch(root, head(), body(state, view, on));
  }

  redraw();
  return {
    update(state, previous) {
      announce(spoken, state, previous);
      if (!previous || isChanged(state, previous)) redraw();
    },
    destroy() {
      root.remove();
      spoken.remove();
    },
  };
}

/** Clicked again and again, a heading sorts up, then down, then not at all. */
function nextSort(sort, column) {
  const direction = NEXT_DIRECTION.get(sort?.column === column ? sort.direction : undefined);
  return direction ? { column, direction } : null;
}

function isChanged(state, previous) {
  return ["drawing", "sections", "ui"].some((part) => state[part] !== previous[part]);
}

/** Says the largest moves, once for every new list of beliefs. */
function announce(spoken, state, previous) {
  const [before, after] = [previous?.sections.beliefs, state.sections.beliefs];
  if (!before || !after || before === after || after.stale) return;
  const said = biggestChanges(state.drawing, before.values, after.values, SPOKEN);
  spoken.textContent = said.length > 0 ? `${said.join(". ")}.` : "";
}

function head() {
  return h("header", { class: "inspector-head", key: "head" }, h("h2", {}, "Beliefs"));
}

function body(state, view, on) {
  const hasFilter = state.drawing.variables.size > MANY;
  return h("div", { class: "inspector-body", key: "body" },
    statusBlock(state.sections.beliefs?.status),
    hasFilter && filterBox(view.words, on),
    table(state, hasFilter ? view : { ...view, words: "" }, on),
    state.drawing.variables.size > 0 && explanation(on));
}

function explanation(on) {
  return section("Most probable explanation",
    h("p", { class: "inspector-hint" }, WHOLE),
    button("Show it beside these beliefs", on.explain, { key: "explain" }));
}

function filterBox(words, on) {
  return h("input", {
    key: "filter", type: "search", class: "belief-filter", placeholder: FILTER, "aria-label": FILTER,
    value: words, onInput: ({ target }) => on.filter(target.value),
  });
}

function table(state, { sort, words }, on) {
  const { drawing, sections } = state;
  if (drawing.variables.size === 0) {
    return h("p", { class: "inspector-hint", key: "none" }, "There are no variables yet.");
  }
  const rows = sortedRows(matchingRows(beliefRows(drawing, sections), words), sort);
  return beliefTable(state, rows, sort, on);
}

function statusBlock(status) {
  if (!status) return null;
  const { kind, title, text, chance, log_evidence: evidence } = status;
  return h("section", { class: `belief-status ${statusClass(kind)}`, key: "status" },
    h("p", {}, h("b", {}, visible(title)), " ", visible(text)),
    h("dl", {},
      chance ? fact("Chance of what was seen", visible(chance)) : null,
      evidence === null ? null : fact("Log evidence", `${evidence.toFixed(4).replace("-", "\u2212")} nats`)));
}

function fact(name, text) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, text));
}

function statusClass(kind) {
  if (kind === "exact") return "good";
  return kind === "approximate" || kind === "unconverged" || kind === "empty" ? "warn" : "bad";
}
