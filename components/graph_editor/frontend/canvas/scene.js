/**
 * What is to be seen, as plain data: (drawing, beliefs, what the person does) → nodes and edges.
 *
 * Nodes and edges whose inputs did not change are the very objects of the previous scene, so that drawing again
 * costs only what changed.
 */

import { visible } from "../text.js";
import { edgePath } from "./geometry.js";
import { factorNode } from "./factor_node.js";
import { NO_OVERLAY, edgeEntry, overlayOf, readOverlay } from "./overlay.js";
import { reused, steady } from "./reuse.js";
import { circleNode, variableNode } from "./variable_node.js";

/** Below these zooms: no numbers and state names; no rows; no names. */
const LEVELS = { mid: 0.55, far: 0.3, dot: 0.13 };

/**
 * @typedef {"full"|"mid"|"far"|"dot"} Level
 * @typedef {{moved: Map<string, {x, y}>, drafts: Map<string, object>, target: string|null,
 *   sliders: string|null}} Preview  positions and evidence of a gesture that is not finished, and open sliders
 * @typedef {{nodes: object[], edges: object[], byId: Map<string, object>, byEdge: Map<string, object>,
 *   overlay: object, level: Level, title: string, context?: object}} Scene  `context`: what it was made of;
 *   `overlay`: the hulls, links, strips and labels of a view of the reasoning
 */

/** @type {Preview} */
export const NO_PREVIEW = { moved: new Map(), drafts: new Map(), target: null, sliders: null };

/** @type {Scene} */
export const EMPTY = {
  nodes: [], edges: [], byId: new Map(), byEdge: new Map(), overlay: NO_OVERLAY, level: "full", title: "",
};

/** @param {number} zoom @returns {Level} */
export function levelOf(zoom) {
  if (zoom < LEVELS.dot) return "dot";
  if (zoom < LEVELS.far) return "far";
  return zoom < LEVELS.mid ? "mid" : "full";
}

/**
 * @param {{drawing, sections, ui, preview: Preview, level: Level}} input
 * @param {Scene} [previous]
 * @returns {Scene}
 */
export function sceneOf(input, previous = EMPTY) {
  const { drawing, level } = input;
  const context = contextOf(input);
  if (previous.context && hasSameParts(context, previous.context)) return previous;
  const variables = [...drawing.variables.values()].map((variable) => variableOf(variable, context, previous));
  const factors = [...drawing.factors.values()].map((factor) => factorOf(factor, context, previous));
  const nodes = [...factors, ...variables];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = factors.flatMap((factor) => edgesOf(factor, byId, context, previous));
  return {
    nodes, edges, byId, byEdge: new Map(edges.map((edge) => [edge.key, edge])), level, context,
    overlay: overlayOf({ nodes, edges, byId, level }, context.overlay, drawing, previous.overlay),
    title: visible(drawing.name),
  };
}

function hasSameParts(context, old) {
  return Object.keys(context).every((name) => context[name] === old[name]);
}

function contextOf({ drawing, sections, ui, preview, level }) {
  const beliefs = sections.beliefs;
  const status = beliefs?.status?.kind;
  return {
    drawing, preview, level,
    isCompact: Boolean(ui.compact),
    isStale: Boolean(beliefs?.stale),
    isApproximate: status === "approximate" || status === "unconverged",
    beliefs: asMap(beliefs?.values),
    prior: asMap(sections.prior),
    problems: asProblems(sections.problems),
    conflict: asSet(beliefs?.conflict),
    selection: ui.selection ?? NOTHING,
    highlight: ui.highlight ?? NOTHING,
    overlay: readOverlay(ui.overlay),
    pick: ui.pick ?? null,
  };
}

const NOTHING = new Set();
const asMap = remembered((entries) => new Map(entries));
const asSet = remembered((entries) => new Set(entries));
const asProblems = remembered((problems) => {
  const texts = new Map();
  for (const { where, what, remedy } of problems) {
    const text = remedy ? `${what}: ${remedy}` : what;
    texts.set(where, texts.has(where) ? `${texts.get(where)}\n${text}` : text);
  }
  return texts;
});

/** `make`, worked out once per section received: sections are never changed in place. */
function remembered(make) {
  const known = new WeakMap();
  const empty = make([]);
  return (section) => {
    if (!section) return empty;
    if (!known.has(section)) known.set(section, make(section));
    return known.get(section);
  };
}

function variableOf(variable, context, previous) {
  const { id } = variable;
  const { overlay } = context;
  const seen = overlay.unseen.has(id) ? undefined : context.drawing.observed.get(id);
  const observed = context.preview.drafts.get(id) ?? seen;
  const old = previous.byId.get(id);
  const told = fitting(overlay.beliefs, variable);
  const inputs = [
    variable, placeOf(id, context), steady(told ?? fitting(context.beliefs, variable), old?.inputs[BELIEF]),
    fitting(context.prior, variable), observed, context.drawing.suspended.get(id), context.isCompact,
    context.isStale && !told, !isCertain(observed) && isAboutOf(context, told),
    context.level, context.preview.sliders === id, steady(fitting(overlay.twins, variable), old?.inputs[TWIN]),
    overlay.areTwinsExact, ...marksOf(id, context),
  ];
  const [, place, belief, prior, , suspended, , isStale, isApproximate, level, hasSliders, twin, isTwinExact] = inputs;
  const make = context.isCompact ? circleNode : variableNode;
  return reused(old, inputs, () => make({
    variable, place, belief, prior, observed, suspended, isStale, isApproximate, level, hasSliders, twin, isTwinExact,
    marks: marksOf(id, context),
  }));
}

/** Observed to be in one state, which no method doubts. */
function isCertain(observed) {
  return observed !== undefined && "state" in observed;
}

/** Whether what is shown is only about right: beliefs that an overlay told, or else those of the page. */
function isAboutOf({ overlay, isApproximate }, told) {
  return told && overlay.isExact !== undefined ? !overlay.isExact : isApproximate;
}

/** Places of the two beliefs among the inputs of a variable. */
const BELIEF = 2;
const TWIN = 11;

/** What is known of a variable; nothing while its states have changed here and Python has not answered yet. */
function fitting(known, { id, states }) {
  const values = known.get(id);
  return values?.length === states.length ? values : undefined;
}

function factorOf(factor, context, previous) {
  const { id } = factor;
  const inputs = [factor, placeOf(id, context), context.level, ...marksOf(id, context)];
  const names = context.drawing.variables;
  return reused(previous.byId.get(id), inputs, () => factorNode({
    factor, place: placeOf(id, context), level: context.level, marks: marksOf(id, context), names,
  }));
}

function edgesOf(factor, byId, context, previous) {
  const { scope, child } = context.drawing.factors.get(factor.id);
  return scope.flatMap((id, port) => {
    const variable = byId.get(id);
    const edge = { factor, variable, port, isChild: id === child };
    return variable === undefined ? [] : [edgeOf(edge, context, previous)];
  });
}

function edgeOf({ factor, variable, port, isChild }, { selection, overlay }, previous) {
  const { x, y, width, height, shape } = variable;
  const key = `${port} ${factor.id}`;
  const isNear = selection.has(factor.id) || selection.has(variable.id);
  const { look = "", direction = "" } = edgeEntry(overlay, factor.id, variable.id) ?? {};
  const inputs = [factor.x, factor.y, x, y, width, height, shape, variable.id, isChild, isNear, look, direction];
  return reused(previous.byEdge.get(key), inputs, () => ({
    key, factor: factor.id, variable: variable.id, port, isChild, isNear, look, direction,
    ...edgePath(factor, variable, isChild),
  }));
}

const ORIGIN = { x: 0, y: 0 };

function placeOf(id, { preview, drawing }) {
  return preview.moved.get(id) ?? drawing.layout.get(id) ?? ORIGIN;
}

function marksOf(id, { drawing, selection, highlight, conflict, problems, preview, overlay, pick }) {
  const { look = "", note = "" } = overlay.nodes.get(id) ?? {};
  return [
    selection.has(id), highlight.has(id), conflict.has(id), problems.get(id) ?? "", preview.target === id,
    look, note, pick !== null && !isPickable(id, pick, drawing),
  ];
}

/** Whether a view that waits for a click on a node wants this one. */
export function isPickable(id, { only }, { variables, factors }) {
  return (only !== "factors" && variables.has(id)) || (only !== "variables" && factors.has(id));
}
