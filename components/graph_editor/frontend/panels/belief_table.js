/** The table of beliefs: what it is called, its sortable head, and one line per state. */

import { h } from "../dom.js";
import { changeText, probabilityText, visible } from "../text.js";

const COLUMNS = [
  ["variable", "Variable"], ["state", "State"], ["belief", "Belief"], ["prior", "Prior"], ["change", "Change"],
];
const MARKS = new Map([["ascending", " ▲"], ["descending", " ▼"]]);

/**
 * @param {object} state
 * @param {import("./belief_rows.js").Row[]} rows  as they are shown
 * @param {import("./belief_rows.js").Sort|null} sort
 * @param {{sortBy: (column: string) => void, select: (id: string) => void}} on
 */
export function beliefTable({ drawing, sections, ui }, rows, sort, on) {
  const isStale = Boolean(sections.beliefs?.stale);
  const lines = rows.map((row, i) => {
    const isContinued = rows[i - 1]?.id === row.id;
    const isSeen = drawing.observed.get(row.id)?.state === row.state;
    return line(row, { isSelected: ui.selection.has(row.id), isContinued, isSeen }, on);
  });
  return h("table", { key: "table", class: isStale ? "belief-table stale" : "belief-table" },
    h("caption", {}, captionOf(sections.beliefs, drawing)),
    h("thead", {}, h("tr", {}, COLUMNS.map(([column, title]) => heading(column, title, sort, on)))),
    h("tbody", {}, lines));
}

function captionOf(beliefs, drawing) {
  if (beliefs?.stale) return "The last possible beliefs, now out of date";
  const seen = drawing.observed.size;
  const given = seen === 0 ? "nothing observed" : `${seen} observed`;
  return `${visible(beliefs?.status?.title ?? "No")} beliefs, ${given}`;
}

function heading(column, title, sort, on) {
  const direction = sort?.column === column ? sort.direction : null;
  return h("th", { key: column, scope: "col", class: `belief-${column}`, "aria-sort": direction ?? "none" },
    h("button", { type: "button", onClick: () => on.sortBy(column) },
      title, h("span", { "aria-hidden": "true" }, MARKS.get(direction) ?? "")));
}

function line(row, { isSelected, isContinued, isSeen }, on) {
  const marks = [isSelected && "selected", isContinued && "continued", isSeen && "is-seen"];
  const [name, state] = [visible(row.variable), visible(row.state)];
  const change = row.change === null ? "" : changeText(row.change);
  return h("tr", {
    key: JSON.stringify([row.id, row.index]), class: marks.filter(Boolean).join(" ") || null,
    onClick: () => on.select(row.id),
  },
  h("th", { scope: "row", title: name }, h("button", { type: "button", class: "link" }, name)),
  h("td", { title: state }, state, isSeen && h("span", { class: "mbml-spoken" }, " observed")),
  h("td", { class: "number belief-value", style: { "--p": row.belief ?? 0 } }, shown(row.belief)),
  h("td", { class: "number prior-value" }, shown(row.prior)),
  h("td", { class: `number ${row.change > 0 ? "rose" : "fell"}` }, change));
}

function shown(probability) {
  return probability === null ? "" : probabilityText(probability);
}
