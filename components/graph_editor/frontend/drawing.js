/**
 * The drawing: what the page shows of a document, as an immutable value. Everything is keyed by id in Maps, since
 * an id may be any text, "__proto__" included.
 *
 * @typedef {{state: string} | {not: string} | {states: string[]} | {likelihood: number[]} | {belief: number[]}}
 *   Observation
 * @typedef {{id: string, name: string, states: string[]}} Variable
 * @typedef {{id: string, name: string, kind: string, scope: string[], child: string|null, parameters: object|null,
 *   entries: number, pending?: boolean}} Factor  `pending`: its table waits for Python
 * @typedef {{name: string, variables: Map<string, Variable>, factors: Map<string, Factor>,
 *   layout: Map<string, {x: number, y: number}>, observed: Map<string, Observation>,
 *   suspended: Map<string, Observation>}} Drawing
 */

const NO_GRAPH = { name: "", variables: new Map(), factors: new Map() };
const NO_EVIDENCE = { observed: new Map(), suspended: new Map() };

/** Reads a section once: the same section gives the same Maps, so that unchanged parts can be told by identity. */
function once(read) {
  const known = new WeakMap();
  return (section) => {
    if (!known.has(section)) known.set(section, read(section));
    return known.get(section);
  };
}

const byId = (records) => new Map(records.map((record) => [record.id, record]));

const readGraph = once(({ name, variables, factors }) => ({
  name,
  variables: byId(variables),
  factors: byId(factors),
}));
const readLayout = once((nodes) => new Map(nodes.map(([id, x, y]) => [id, { x, y }])));
const readEvidence = once(({ observed, suspended }) => ({
  observed: new Map(observed),
  suspended: new Map(suspended),
}));

/**
 * The drawing in the sections that Python sent; what has not come yet is empty.
 * @param {{graph?: object, layout?: Array, evidence?: object}} sections
 * @returns {Drawing}
 */
export function fromSections({ graph, layout, evidence }) {
  return {
    ...(graph ? readGraph(graph) : NO_GRAPH),
    layout: layout ? readLayout(layout) : new Map(),
    ...(evidence ? readEvidence(evidence) : NO_EVIDENCE),
  };
}

/**
 * The smallest free id "x1", "x2", … (or "f1", …) of a drawing.
 * @param {Drawing} drawing
 * @param {string} prefix
 * @param {Set<string>} [taken] further ids to avoid: those of the same command
 * @returns {string}
 */
export function freeId(drawing, prefix, taken = new Set()) {
  const isTaken = (id) => drawing.variables.has(id) || drawing.factors.has(id) || taken.has(id);
  let number = 1;
  while (isTaken(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

/**
 * What people read of a variable or factor: its name, or the id where there is none.
 * @param {Variable | Factor} node
 * @returns {string}
 */
export function label(node) {
  return node.name || node.id;
}

/**
 * Every edge; `port` is the variable's position in the scope.
 * @param {Drawing} drawing
 * @returns {{factor: string, variable: string, port: number, isChild: boolean}[]}
 */
export function edgesOf(drawing) {
  return [...drawing.factors.values()].flatMap(({ id, scope, child }) =>
    scope.map((variable, port) => ({ factor: id, variable, port, isChild: variable === child })),
  );
}

/**
 * The variable an arrow head points at: the child that is named or, for every kind but a table, the last one.
 * @param {string} kind
 * @param {string[]} scope
 * @param {string|null} named
 * @returns {string|null}
 */
export function drawnChild(kind, scope, named) {
  if (kind === "prior") return scope.length === 1 ? scope[0] : null;
  if (named !== null) return scope.includes(named) ? named : null;
  return kind === "table" ? null : (scope.at(-1) ?? null);
}

/**
 * Entries of the full table over a scope.
 * @param {Map<string, Variable>} variables
 * @param {string[]} scope
 * @returns {number}
 */
export function tableSize(variables, scope) {
  return scope.reduce((size, id) => size * variables.get(id).states.length, 1);
}
