/** The arithmetic of a step as a table: one line per joint state, one block per state of what is made. */

import { h } from "../dom.js";
import { visible } from "../text.js";
import { button } from "../panels/parts.js";
import { numberText } from "./step_arithmetic.js";

/** Lines of one block that are shown before it is unfolded. */
const MOST_ROWS = 8;
/** Blocks that are shown before the table is unfolded. */
const MOST_GROUPS = 12;

/**
 * @param {import("./step_arithmetic.js").Arithmetic} sum
 * @param {Map<string, {name: string, states: string[]}>} variables
 * @param {boolean} isOpen  whether long blocks are unfolded
 * @param {() => void} unfold
 */
export function arithmeticTable(sum, variables, isOpen, unfold) {
  const groups = isOpen ? sum.groups : sum.groups.slice(0, MOST_GROUPS);
  const hidden = sum.rowCount - groups.reduce((rows, group) => rows + shownRows(group, isOpen).length, 0);
  const isLong = sum.groups.length > MOST_GROUPS || sum.groups.some(({ rows }) => rows.length > MOST_ROWS);
  return h("div", { class: "study-steps-sum", key: "sum" },
    h("div", { class: "study-steps-scroll", tabindex: "0", role: "region", "aria-label": "Arithmetic" },
      h("table", { class: "study-steps-table" },
        headOf(sum, variables),
        sum.over.length === 0 ? h("tbody", {}, groups.map((group, place) => lineOf(sum, group, variables, place)))
          : groups.map((group, place) => blockOf(sum, group, variables, isOpen, place)),
        footOf(sum))),
    isLong && button(isOpen ? "Fold" : `Show ${hidden} more rows`, unfold, { key: "unfold" }));
}

const shownRows = ({ rows }, isOpen) => (isOpen ? rows : rows.slice(0, MOST_ROWS));

function headOf({ scope, columns, over, total }, variables) {
  const isAdded = (id) => over.includes(id);
  return h("thead", {}, h("tr", {},
    scope.map((id, place) => h("th", { scope: "col", class: isAdded(id) ? "added" : "kept", key: `v${place}` },
      visible(variables.get(id).name))),
    columns.map(({ name, isEvidence, isModel }, place) => h("th", {
      scope: "col", key: `t${place}`, class: isEvidence ? "evidence" : isModel ? "model" : "message",
    }, place > 0 && h("span", { class: "times", "aria-hidden": "true" }, "× "), visible(name))),
    columns.length > 1 && h("th", { scope: "col", class: "product" }, "= product"),
    over.length === 0 && isScaled({ total }) && h("th", { scope: "col", class: "product" },
      `÷ ${numberText(total)}`)));
}

const isScaled = ({ total }) => Math.abs(total - 1) > 1e-9;

/** Where nothing is added up, a state is one line, with what is made of it at its end. */
function lineOf(sum, { rows: [row], result }, variables, place) {
  const line = rowOf(sum, row, variables, place);
  if (isScaled(sum)) line.append(h("td", { class: "number result" }, numberText(result)));
  return line;
}

/** The rows that are added up, and under them what comes of it. */
function blockOf(sum, group, variables, isOpen, place) {
  const rows = shownRows(group, isOpen);
  const folded = group.rows.length - rows.length;
  return h("tbody", { key: `g${place}` },
    rows.map((row, index) => rowOf(sum, row, variables, index)),
    folded > 0 && h("tr", { key: "folded", class: "folded" },
      h("td", { colspan: String(width(sum)) }, `… ${folded} more rows`)),
    h("tr", { key: "made", class: "made" },
      h("th", { scope: "row", colspan: String(width(sum)) }, resultOf(sum, group, variables))));
}

function rowOf({ scope, columns }, { states, factors, product }, variables, index) {
  return h("tr", { key: String(index) },
    states.map((state, place) => h("td", { class: "state", key: `s${place}` },
      visible(variables.get(scope[place]).states[state]))),
    factors.map((factor, place) => h("td", { class: "number", key: `f${place}` }, numberText(factor))),
    columns.length > 1 && h("td", { class: "number product" }, numberText(product)));
}

const width = ({ scope, columns, over, total }) => (
  scope.length + columns.length + (columns.length > 1 ? 1 : 0) + (over.length === 0 && isScaled({ total }) ? 1 : 0)
);

/** "yes: 0.0099 + 0.1782 = 0.1881 → 0.4298": added, then divided by the total. */
function resultOf({ scope, over, isMax, damping, total }, { states, rows, made, mixed, result }, variables) {
  const name = states.map((state, place) => visible(variables.get(scope[place]).states[state])).join(", ");
  const isAdded = over.length > 0 && rows.length > 1;
  return [
    name !== "" && h("b", {}, `${name}: `),
    isAdded && h("span", {}, isMax ? `largest of ${termsOf(rows, ", ")} = ` : `${termsOf(rows, " + ")} = `),
    h("span", {}, numberText(made)),
    damping > 0 && h("span", { class: "soft" }, ` damped ${numberText(mixed)}`),
    isScaled({ total }) && h("span", { class: "soft" }, ` ÷ ${numberText(total)}`),
    (isScaled({ total }) || damping > 0) && h("b", { class: "result" }, ` = ${numberText(result)}`),
  ];
}

function termsOf(rows, sign) {
  const shown = rows.slice(0, MOST_ROWS).map(({ product }) => numberText(product)).join(sign);
  return rows.length > MOST_ROWS ? `${shown}${sign}…` : shown;
}

function footOf(sum) {
  if (!isScaled(sum)) return null;
  const added = sum.groups.reduce((total, { mixed }) => total + mixed, 0);
  if (Math.abs(added / sum.total - 1) > 1e-6) return footLine(sum, "Divided by one number, to keep all in range.");
  const terms = sum.groups.slice(0, MOST_ROWS).map(({ mixed }) => numberText(mixed)).join(" + ");
  const more = sum.groups.length > MOST_ROWS ? " + …" : "";
  const divided = `divided by ${terms}${more} = ${numberText(sum.total)}`;
  return footLine(sum, `Normalised: ${divided}, so that the entries sum to 1.`);
}

function footLine(sum, text) {
  return h("tfoot", {}, h("tr", {}, h("td", { colspan: String(width(sum)) }, text)));
}
