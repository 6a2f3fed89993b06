/**
 * What the drawing looks like after some steps of variable elimination or of the junction tree: links that arise,
 * variables that are gone, cliques as hulls. Pure.
 */

import { visible } from "../text.js";
import { beliefsAfter, conclusionsOf, overlayAfter, tableOf } from "./trace.js";

/** More hulls than these cannot be told apart: then only those of the present step are drawn. */
const MOST_HULLS = 6;
const LINKS_LAST = new Set(["moral_links", "fill_in", "clique"]);
const NONE = [];

/**
 * @param {import("./trace.js").Trace} trace  of any algorithm
 * @param {number} count  steps that were taken
 * @param {Iterable<string>} drawn  ids of all nodes
 * @returns {object} the contract of `ui.overlay`
 */
export function overlayOf(trace, count, drawn) {
  if (trace.algorithm === "elimination") return eliminationOverlay(trace, count);
  if (trace.algorithm === "junction_tree") return treeOverlay(trace, count);
  return overlayAfter(trace, count, drawn);
}

/**
 * The variable that a step takes out.
 * @param {import("./trace.js").Step} step
 */
export function takenOut({ over, scope }) {
  return over[0] ?? scope[0];
}

function eliminationOverlay(trace, count) {
  const taken = trace.steps.slice(0, count);
  const step = taken.at(-1) ?? null;
  const isOver = count === trace.steps.length && count > 0;
  return {
    beliefs: isOver ? conclusionsOf(trace) : trace.first, isExact: isOver && trace.isExact,
    links: linksOf(taken, "fill"),
    nodes: distinct([step ? presentNodes(trace, step) : NONE, taken.map((one) => goneNodes(trace, one))].flat(2)),
    groups: step?.kind === "eliminate" ? [eliminationGroup(trace, step)] : NONE,
  };
}

function presentNodes(trace, step) {
  const factors = factorsOf(trace, step).map((id) => ({ id, look: "source", note: "" }));
  if (step.kind === "eliminate") return [{ id: takenOut(step), look: "current", note: "" }, ...factors];
  if (step.kind === "belief") return [{ id: step.to, look: "current", note: "" }, ...factors];
  if (step.kind === "observe") return [...step.over.map((id) => ({ id, look: "current", note: "" })), ...factors];
  return NONE;
}

/** What is no longer there after a step: its variable, and the tables that were multiplied. */
function goneNodes(trace, step) {
  if (step.kind === "barren" || step.kind === "separated") {
    return step.scope.map((id) => ({ id, look: "dim", note: "" }));
  }
  if (step.kind !== "eliminate") return NONE;
  return [takenOut(step), ...factorsOf(trace, step)].map((id) => ({ id, look: "eliminated", note: "" }));
}

/** The factors whose tables a step multiplies, whole or with the evidence put in. */
function factorsOf(trace, step) {
  return step.inputs.flatMap((input) => {
    if (input.kind === "t") return tableOf(trace, input).isModel ? [tableOf(trace, input).node] : NONE;
    const made = trace.steps[input.place];
    return made.kind === "observe" ? [made.from] : NONE;
  });
}

function eliminationGroup(trace, step) {
  const left = step.over.length > 0 ? step.scope : NONE;
  const title = left.length > 0 ? `${step.name}(${namesOf(trace, left)})` : step.name;
  return { ids: [...new Set([takenOut(step), ...left])], look: "current", title: visible(title) };
}

function treeOverlay(trace, count) {
  const taken = trace.steps.slice(0, count);
  const step = taken.at(-1) ?? null;
  return {
    beliefs: beliefsAfter(trace, count), isExact: trace.isExact && areAllSaid(trace, taken),
    links: step && LINKS_LAST.has(step.kind) ? treeLinks(taken) : NONE,
    nodes: step ? treeNodes(taken, step) : NONE,
    groups: step ? treeGroups(trace, taken, step) : NONE,
  };
}

/** Whether every variable stands in a clique that has heard all. */
function areAllSaid(trace, taken) {
  const said = new Set(taken.flatMap(({ beliefs }) => beliefs.map(([id]) => id)));
  return [...trace.first.keys()].every((id) => said.has(id));
}

function treeLinks(taken) {
  return ["moral_links", "fill_in"].flatMap((kind) => (
    linksOf(taken.filter((step) => step.kind === kind), kind === "fill_in" ? "fill" : "moral")));
}

function treeNodes(taken, step) {
  const looking = (ids, look) => ids.map((id) => ({ id, look, note: "" }));
  switch (step.kind) {
    case "moral_links": return [...looking([step.from], "source"), ...looking(step.scope, "current")];
    case "fill_in": {
      const before = taken.slice(0, -1).filter(({ kind }) => kind === "fill_in").map(takenOut);
      return [...looking([step.scope[0]], "current"), ...looking(before, "eliminated")];
    }
    case "belief": return looking([step.to], "current");
    case "separator": case "collect": case "distribute": return looking(step.scope, "path");
    default: return NONE;
  }
}

function treeGroups(trace, taken, step) {
  if (step.kind === "moral_links") return NONE;
  if (step.kind === "fill_in") return [{ ids: step.scope, look: "current", title: "" }];
  const cliques = taken.filter(({ kind }) => kind === "clique");
  const isNow = ({ cliques: [number] }) => step.cliques.includes(number);
  const shown = cliques.length <= MOST_HULLS ? cliques : cliques.filter(isNow);
  return shown.map((clique) => ({
    ids: clique.scope, look: isNow(clique) ? "current" : "clique", title: cliqueTitle(trace, clique, step),
  }));
}

function cliqueTitle(trace, { cliques: [number], scope }, step) {
  const [sender, receiver] = step.cliques;
  const isMessage = step.kind === "collect" || step.kind === "distribute";
  if (isMessage && number === sender) return `C${number} tells`;
  if (isMessage && number === receiver) return `C${number} hears`;
  return visible(`C${number}: ${namesOf(trace, scope)}`);
}

const namesOf = ({ variables }, ids) => ids.map((id) => variables.get(id).name).join(", ");

function linksOf(steps, look) {
  return steps.flatMap(({ links }) => links.map(([from, to]) => ({ from, to, look })));
}

/** The first look of a node is the one that counts. */
function distinct(nodes) {
  return [...new Map(nodes.toReversed().map((node) => [node.id, node])).values()];
}
