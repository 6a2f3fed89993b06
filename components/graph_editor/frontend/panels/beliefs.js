/** The beliefs as a table: the twin of the bars, for reading exact numbers and for screen readers. */

import { h, patch } from "../dom.js";
import { changeText, probabilityText, visible } from "../text.js";
import { beliefRows, biggestChanges, matchingRows, sortedRows } from "./belief_rows.js";
import { createExplanation } from "./explanation.js";

/** From this many variables on there is a box to filter them. */
const MANY = 20;
/** Moves that are read out after an update. */
const SPOKEN = 3;

const COLUMNS = [["variable", "Variable"], ["state", "State"], ["belief", "Belief"], ["prior", "Prior"], ["change", "Change"]];
const NEXT_DIRECTION = new Map([[undefined, "ascending"], ["ascending", "descending"]]);

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @returns {{update: (state: object, previous: object) => void, destroy: () => void}}
 */
export function createBeliefs(store, host) {
  const root = h("aside", { class: "inspector beliefs", "aria-label": "Beliefs" });
  const spoken = h("div", { class: "mbml-spoken", "aria-live": "polite" });
  const explanation = createExplanation(store, redraw);
  let sort = null;
  let words = "";
  host.append(root, spoken);

  function redraw() {
    const state = store.state();
    const isOpen = state.ui.panel === "beliefs";
    root.hidden = !isOpen;
    root.classList.toggle("wide", Boolean(state.ui.panelWide));
    if (!isOpen) return;
    patch(root,
      h("header", { class: "inspector-head", key: "head" }, h("h2", {}, "Beliefs")),
      h("div", { class: "inspector-body", key: "body" }, statusBlock(state.sections.beliefs?.status), filterBox(state), table(state), explanation.draw(state)));
  }

  function filterBox({ drawing }) {
    if (drawing.variables.size <= MANY) return null;
    return h("input", {
      key: "filter", type: "search", class: "belief-filter", placeholder: "Filter variables and states", "aria-label": "Filter variables and states", value: words,
      onInput: ({ target }) => { words = target.value; redraw(); },
    });
  }

  function sortBy(column) {
    const direction = NEXT_DIRECTION.get(sort?.column === column ? sort.direction : undefined);
    sort = direction ? { column, direction } : null;
    redraw();
  }

  function heading([column, title]) {
    const direction = sort?.column === column ? sort.direction : null;
    const mark = { ascending: " ▲", descending: " ▼" }[direction] ?? "";
    return h("th", { key: column, scope: "col", class: `belief-${column}`, "aria-sort": direction ?? "none" },
      h("button", { type: "button", onClick: () => sortBy(column) }, title, h("span", { "aria-hidden": "true" }, mark)));
  }

  function table(state) {
    const { drawing, sections, ui } = state;
    const isFiltered = drawing.variables.size > MANY;
    const rows = sortedRows(matchingRows(beliefRows(drawing, sections), isFiltered ? words : ""), sort);
    if (drawing.variables.size === 0) return h("p", { class: "inspector-hint", key: "none" }, "There are no variables yet.");
    const isStale = Boolean(sections.beliefs?.stale);
    return h("table", { key: "table", class: isStale ? "belief-table stale" : "belief-table" },
      h("caption", {}, captionOf(sections.beliefs, drawing)),
      h("thead", {}, h("tr", {}, COLUMNS.map(heading))),
      h("tbody", {}, rows.map((row, i) => line(row, rows[i - 1]?.id === row.id, drawing, ui))));
  }

  function line(row, isContinued, drawing, ui) {
    const select = () => store.setUi({ selection: new Set([row.id]), focus: row.id });
    const marks = [ui.selection.has(row.id) && "selected", isContinued && "continued", isSeen(drawing, row) && "is-seen"];
    const change = row.change === null ? "" : changeText(row.change);
    return h("tr", { key: JSON.stringify([row.id, row.index]), class: marks.filter(Boolean).join(" ") || null, onClick: select },
      h("th", { scope: "row", title: visible(row.variable) }, h("button", { type: "button", class: "link" }, visible(row.variable))),
      h("td", { title: visible(row.state) }, visible(row.state), isSeen(drawing, row) ? h("span", { class: "mbml-spoken" }, " observed") : null),
      h("td", { class: "number belief-value", style: { "--p": row.belief ?? 0 } }, row.belief === null ? "" : probabilityText(row.belief)),
      h("td", { class: "number prior-value" }, row.prior === null ? "" : probabilityText(row.prior)),
      h("td", { class: `number ${row.change > 0 ? "rose" : "fell"}` }, change));
  }

  redraw();
  return {
    update(state, previous) {
      if (previous && isOtherQuestion(state.drawing, previous.drawing)) explanation.clear();
      announce(spoken, state, previous);
      const isSame = previous && state.drawing === previous.drawing && state.sections === previous.sections && state.ui === previous.ui;
      if (!isSame) redraw();
    },
    destroy() {
      root.remove();
      spoken.remove();
    },
  };
}

function isOtherQuestion(drawing, before) {
  return ["variables", "factors", "observed"].some((part) => drawing[part] !== before[part]);
}

/** Says the largest moves, once for every new list of beliefs. */
function announce(spoken, state, previous) {
  const [before, after] = [previous?.sections.beliefs, state.sections.beliefs];
  if (!before || !after || before === after || after.stale) return;
  const said = biggestChanges(state.drawing, before.values, after.values, SPOKEN);
  spoken.textContent = said.length > 0 ? `${said.join(". ")}.` : "";
}

function isSeen(drawing, row) {
  return drawing.observed.get(row.id)?.state === row.state;
}

function captionOf(beliefs, drawing) {
  const kind = beliefs?.status?.title ?? "No";
  const seen = drawing.observed.size;
  const given = seen === 0 ? "nothing observed" : `${seen} observed`;
  return beliefs?.stale ? "The last possible beliefs, now out of date" : `${visible(kind)} beliefs, ${given}`;
}

function statusBlock(status) {
  if (!status) return null;
  return h("section", { class: `belief-status ${statusClass(status.kind)}`, key: "status" },
    h("p", {}, h("b", {}, visible(status.title)), " ", visible(status.text)),
    h("dl", {},
      status.chance ? h("div", {}, h("dt", {}, "Chance of what was seen"), h("dd", {}, visible(status.chance))) : null,
      status.log_evidence === null ? null
        : h("div", {}, h("dt", {}, "Log evidence"), h("dd", {}, `${status.log_evidence.toFixed(4).replace("-", "\u2212")} nats`))));
}

function statusClass(kind) {
  if (kind === "exact") return "good";
  return kind === "approximate" || kind === "unconverged" || kind === "empty" ? "warn" : "bad";
}
