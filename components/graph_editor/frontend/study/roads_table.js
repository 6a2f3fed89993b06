/** Three roads to one posterior: what each costs and where it ends, as a table in which one is chosen. */

import { h } from "../dom.js";
import { probabilityText, visible } from "../text.js";
import { section } from "../panels/parts.js";
import { sentences } from "./parts.js";

/** Algorithms that can be walked: [name, title, whether messages have a schedule]. */
export const ALGORITHMS = [
  ["bp", "Belief propagation", true],
  ["elimination", "Variable elimination", false],
  ["junction_tree", "Junction tree", false],
];

/**
 * @param {object|null} reply  to the question about the roads
 * @param {string} variable  name of the one they lead to
 * @param {string} chosen  the algorithm that is walked
 * @param {(algorithm: string) => void} choose
 */
export function roadsTable(reply, variable, chosen, choose) {
  if (!reply) return null;
  const what = `P(${visible(variable)} = ${visible(reply.state)})`;
  const head = ["Steps", "×", "+", "Largest", "Ends at"];
  const spoken = ["Steps", "Multiplications", "Additions", "Entries of the largest table", what];
  return section(`Three roads to ${what}`,
    h("div", {
      class: "study-roads-scroll", key: "scroll", tabindex: "0", role: "region", "aria-label": "Three roads",
    },
      h("table", { class: "study-roads-table" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Road"),
          head.map((text, place) => h("th", {
            scope: "col", key: String(place), title: spoken[place], "aria-label": spoken[place],
          }, text)))),
        h("tbody", {}, reply.roads.map((road) => rowOf(road, chosen, choose))))),
    sentences(reply.verdict));
}

function rowOf(road, chosen, choose) {
  const [, title] = ALGORITHMS.find(([name]) => name === road.algorithm);
  const isChosen = road.algorithm === chosen;
  return h("tr", { key: road.algorithm, class: isChosen ? "chosen" : "" },
    h("th", { scope: "row" }, h("button", {
      type: "button", class: "study-roads-road", "aria-pressed": String(isChosen), title: `Walk: ${title}`,
      onClick: () => choose(road.algorithm),
    }, title)),
    road.refusal ? h("td", { colspan: "5", class: "refusal" }, visible(road.refusal)) : cellsOf(road));
}

function cellsOf({ steps, multiplications, additions, largest, hidden, belief, is_exact: isExact }) {
  const counts = [steps, multiplications, additions, largest].map((count) => count.toLocaleString("en"));
  return [
    counts.map((text, place) => h("td", { key: String(place), class: "number" },
      hidden > 0 && place > 0 ? `> ${text}` : text)),
    h("td", { key: "belief", class: `number belief ${isExact ? "exact" : "about"}` },
      h("b", {}, `${isExact ? "" : "≈ "}${probabilityText(belief.at(-1))}`),
      h("small", {}, isExact ? "exact" : "loopy")),
  ];
}
