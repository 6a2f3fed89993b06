/** Between a drawing and the JSON document format: the clipboard, links, dropped text. */

import { drawnChild, tableSize } from "./drawing.js";

const FORMAT = "mbml-graph";
const VERSION = 1;
/** Observations that are switched off travel in a field of their own. */
const SUSPENDED = "suspended_evidence";

const FORMS = ["state", "not", "states", "likelihood", "belief"];

/**
 * The selected variables, and the selected factors whose variables are all among them and whose numbers the
 * browser knows, as a document of their own.
 * @param {import("./drawing.js").Drawing} drawing
 * @param {Iterable<string>} ids
 * @returns {object} an mbml-graph JSON object
 */
export function fragmentOf(drawing, ids) {
  const chosen = new Set(ids);
  const variables = [...drawing.variables.values()].filter(({ id }) => chosen.has(id));
  const inside = new Set(variables.map(({ id }) => id));
  const factors = [...drawing.factors.values()].filter(
    ({ id, scope, parameters }) => chosen.has(id) && parameters !== null && scope.every((v) => inside.has(v)),
  );
  const nodes = [...variables, ...factors].map(({ id }) => id);
  const suspended = objectOf(nodes, drawing.suspended);
  return {
    format: FORMAT,
    version: VERSION,
    name: drawing.name,
    variables: variables.map(variableRecord),
    factors: factors.map(factorRecord),
    evidence: objectOf(nodes, drawing.observed),
    plates: [],
    layout: objectOf(nodes, drawing.layout, ({ x, y }) => [x, y]),
    ...(Object.keys(suspended).length && { [SUSPENDED]: suspended }),
  };
}

/** fromEntries defines fields of its own, also one named "__proto__"; assigning them would not. */
function objectOf(ids, map, written = (value) => value) {
  return Object.fromEntries(ids.filter((id) => map.has(id)).map((id) => [id, written(map.get(id))]));
}

function variableRecord({ id, name, states }) {
  return { id, ...(name && { name }), domain: { type: "categorical", states } };
}

/** A drawn child is written even where it is the default, so that it stays the child whatever is edited later. */
function factorRecord({ id, name, kind, scope, child, parameters }) {
  const named = child === null || kind === "prior" ? {} : { child };
  return { id, ...(name && { name }), kind, scope, parameters: { ...parameters, ...named } };
}

/**
 * The drawing of a document.
 * @param {unknown} json a parsed mbml-graph document
 * @returns {import("./drawing.js").Drawing}
 * @throws {Error} with a sentence for people, where it is none or its parts do not fit together. Numbers are not
 *   looked at: Python does that, with places and remedies.
 */
export function fromDocument(json) {
  must(isObject(json) && json.format === FORMAT, "This is no mbml drawing.");
  must(json.version === VERSION, "This drawing was made with another version of mbml.");
  must(Array.isArray(json.variables) && Array.isArray(json.factors), "This drawing lacks its lists of nodes.");
  const variables = new Map(json.variables.map(readVariable).map((variable) => [variable.id, variable]));
  const factors = new Map(json.factors.map((record) => readFactor(record, variables)).map((f) => [f.id, f]));
  const ids = new Set([...variables.keys(), ...factors.keys()]);
  must(ids.size === json.variables.length + json.factors.length, "Two nodes of this drawing share an id.");
  return {
    name: typeof json.name === "string" ? json.name : "",
    variables,
    factors,
    layout: new Map(entriesOf(json.layout).filter(([id]) => ids.has(id)).map(readPosition)),
    observed: readEvidence(json.evidence, variables),
    suspended: readEvidence(json[SUSPENDED], variables),
  };
}

/**
 * The drawing with other ids, moved by (dx, dy). A node without a place comes to stand at (dx, dy).
 * @param {import("./drawing.js").Drawing} drawing
 * @param {Map<string, string>} newIds for each node
 * @param {number} dx
 * @param {number} dy
 * @returns {import("./drawing.js").Drawing}
 */
export function renumbered(drawing, newIds, dx, dy) {
  const under = (map, changed = (value) => value) =>
    new Map([...map].map(([id, value]) => [newIds.get(id), changed(value, newIds.get(id))]));
  const places = [...newIds].map(([old, id]) => [id, drawing.layout.get(old) ?? { x: 0, y: 0 }]);
  return {
    ...drawing,
    variables: under(drawing.variables, (variable, id) => ({ ...variable, id })),
    factors: under(drawing.factors, (factor, id) => ({
      ...factor,
      id,
      scope: factor.scope.map((variable) => newIds.get(variable)),
      child: newIds.get(factor.child) ?? null,
    })),
    layout: new Map(places.map(([id, { x, y }]) => [id, { x: x + dx, y: y + dy }])),
    observed: under(drawing.observed),
    suspended: under(drawing.suspended),
  };
}

function must(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string";
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const entriesOf = (value) => (isObject(value) ? Object.entries(value) : []);
const nameOf = (record) => (isText(record.name) ? record.name : "");

function readVariable(record) {
  must(isObject(record) && isText(record.id), "A variable of this drawing has no id.");
  must(isTexts(record.domain?.states), "A variable of this drawing has no list of states.");
  return { id: record.id, name: nameOf(record), states: record.domain.states };
}

function readFactor(record, variables) {
  const isNamed = isObject(record) && isText(record.id) && isText(record.kind);
  must(isNamed, "A factor of this drawing has no id or kind.");
  must(isTexts(record.scope), "A factor of this drawing has no list of variables.");
  const isKnown = record.scope.every((id) => variables.has(id));
  must(isKnown, "A factor of this drawing names a variable that is not there.");
  const { id, kind, scope } = record;
  const { child: named, ...parameters } = isObject(record.parameters) ? record.parameters : {};
  const child = drawnChild(kind, scope, isText(named) ? named : null);
  return { id, name: nameOf(record), kind, scope, child, parameters, entries: tableSize(variables, scope) };
}

function readPosition([id, position]) {
  const isPair = Array.isArray(position) && position.length === 2 && position.every(Number.isFinite);
  must(isPair, "A node of this drawing has no place to stand.");
  return [id, { x: position[0], y: position[1] }];
}

const readEvidence = (fields, variables) =>
  new Map(entriesOf(fields).filter(([id]) => variables.has(id)).map(readObservation));

function readObservation([id, record]) {
  const form = isObject(record) && FORMS.find((name) => Object.hasOwn(record, name));
  must(form, "An observation of this drawing cannot be read.");
  return [id, { [form]: record[form] }];
}
