/**
 * What a command does to a drawing, before Python has answered. The twin of mbml_core/editing: it knows who is
 * connected to what; new numbers in tables are Python's business, such tables are `pending` until they come.
 */

import { drawnChild, tableSize } from "./drawing.js";
import { fromDocument, renumbered } from "./fragment.js";
import { gained, lost, restated } from "./kinds.js";
import { followed, observe, observeAll, resume, retract, suspend, without } from "./observations.js";

/** Every edit answers with the new drawing, or null where Python will refuse the command. */
const EDITS = new Map([
  ["add_variable", addVariable],
  ["add_factor", addFactor],
  ["connect", connect],
  ["add_parent", addParent],
  ["disconnect", disconnect],
  ["delete", deleteNodes],
  ["rename", rename],
  ["rename_model", (drawing, { name }) => ({ ...drawing, name })],
  ["set_states", setStates],
  ["set_parameters", setParameters],
  ["set_scope", setScope],
  ["insert", insert],
  ["move", move],
  ["observe", observe],
  ["retract", retract],
  ["suspend", suspend],
  ["resume", resume],
  ["observe_all", observeAll],
  ["batch", batch],
]);

/**
 * The drawing after a command. Unchanged where the command cannot be applied, or where only Python knows what it
 * does (arrange, undo, open, …).
 * @param {import("./drawing.js").Drawing} drawing
 * @param {object} command
 * @returns {import("./drawing.js").Drawing}
 */
export function apply(drawing, command) {
  return edited(drawing, command) ?? drawing;
}

function edited(drawing, command) {
  const edit = EDITS.get(command.type);
  return edit ? edit(drawing, command) : drawing;
}

/** All of the commands or, like in Python, none. */
function batch(drawing, { commands }) {
  return commands.reduce((current, command) => current && edited(current, command), drawing);
}

const withEntry = (map, key, value) => new Map(map).set(key, value);
const isTaken = (drawing, id) => drawing.variables.has(id) || drawing.factors.has(id);

function withFactor(drawing, factor) {
  return { ...drawing, factors: withEntry(drawing.factors, factor.id, factor) };
}

/** The factor with another scope, kind or child. Its numbers are unknown until Python answers. */
function reshaped(drawing, factor, changes) {
  const scope = changes.scope ?? factor.scope;
  return { ...factor, ...changes, parameters: null, pending: true, entries: tableSize(drawing.variables, scope) };
}

function addVariable(drawing, { id, name, states, x, y }) {
  if (isTaken(drawing, id)) return null;
  return {
    ...drawing,
    variables: withEntry(drawing.variables, id, { id, name, states }),
    layout: withEntry(drawing.layout, id, { x, y }),
  };
}

function addFactor(drawing, { id, kind, scope, x, y }) {
  const isKnown = scope.every((variable) => drawing.variables.has(variable));
  const isOne = kind !== "prior" || scope.length === 1;
  if (isTaken(drawing, id) || !isKnown || !isOne || new Set(scope).size < scope.length) return null;
  const empty = { id, name: "", kind, scope, child: drawnChild(kind, scope, null) };
  const placed = { ...drawing, layout: withEntry(drawing.layout, id, { x, y }) };
  return withFactor(placed, reshaped(drawing, empty, {}));
}

function connect(drawing, { factor: id, variable, child = false }) {
  const factor = drawing.factors.get(id);
  if (!factor || !drawing.variables.has(variable) || factor.scope.includes(variable)) return null;
  const changes = child ? asChild(factor, variable) : gained(factor, drawing.variables, variable);
  return withFactor(drawing, reshaped(drawing, factor, changes));
}

const asChild = ({ scope }, variable) => ({ kind: "table", scope: [...scope, variable], child: variable });

function addParent(drawing, { parent, child, factor: id, x, y }) {
  const isKnown = drawing.variables.has(parent) && drawing.variables.has(child);
  if (!isKnown || parent === child) return null;
  const given = [...drawing.factors.values()].find((factor) => factor.child === child);
  if (given) return connect(drawing, { factor: given.id, variable: parent });
  const added = addFactor(drawing, { id, kind: "table", scope: [parent, child], x, y });
  return added && withFactor(added, { ...added.factors.get(id), child });
}

function disconnect(drawing, { factor: id, variable }) {
  const factor = drawing.factors.get(id);
  if (!factor?.scope.includes(variable)) return null;
  return withFactor(drawing, narrowed(drawing, factor, [variable]));
}

function narrowed(drawing, factor, gone) {
  return gone
    .filter((id) => factor.scope.includes(id))
    .reduce((current, id) => reshaped(drawing, current, lost(current, drawing.variables, id)), factor);
}

function deleteNodes(drawing, { ids }) {
  const gone = new Set(ids);
  if (!ids.every((id) => isTaken(drawing, id))) return null;
  const factors = [...drawing.factors.values()]
    .filter((factor) => !goesWith(factor, gone))
    .map((factor) => narrowed(drawing, factor, [...gone]));
  const kept = new Map(factors.map((factor) => [factor.id, factor]));
  const left = new Set([...gone, ...[...drawing.factors.keys()].filter((id) => !kept.has(id))]);
  return {
    ...drawing,
    variables: without(drawing.variables, left),
    factors: kept,
    layout: without(drawing.layout, left),
    observed: without(drawing.observed, left),
    suspended: without(drawing.suspended, left),
  };
}

/** A conditional makes no sense without its child, and a factor of nothing but deleted variables none at all. */
function goesWith({ id, scope, child }, gone) {
  return gone.has(id) || gone.has(child) || (scope.length > 0 && scope.every((variable) => gone.has(variable)));
}

function rename(drawing, { id, name }) {
  const part = drawing.variables.has(id) ? "variables" : "factors";
  const node = drawing[part].get(id);
  return node ? { ...drawing, [part]: withEntry(drawing[part], id, { ...node, name }) } : null;
}

function setStates(drawing, { id, states, from }) {
  const variable = drawing.variables.get(id);
  if (!variable || !areStates(states) || !isOrigin(variable, states, from)) return null;
  const variables = withEntry(drawing.variables, id, { ...variable, states });
  const isRenaming = from.length === variable.states.length && from.every((old, index) => old === index);
  const change = { id, before: variable.states, after: states, from };
  const refit = (factor) =>
    factor.scope.includes(id) ? refitted(factor, drawing.variables, variables, isRenaming) : factor;
  return {
    ...drawing,
    variables,
    factors: new Map([...drawing.factors].map(([key, factor]) => [key, refit(factor)])),
    observed: followed(drawing.observed, change),
    suspended: followed(drawing.suspended, change),
  };
}

const areStates = (states) => states.length > 0 && new Set(states).size === states.length && !states.includes("");

function isOrigin({ states: before }, states, from) {
  const kept = from.filter((old) => old !== null);
  return from.length === states.length && new Set(kept).size === kept.length && kept.every((old) => old in before);
}

function refitted(factor, before, after, isRenaming) {
  const changes = restated(factor, before, after, isRenaming);
  const isUntouched = changes === factor && isRenaming;
  return isUntouched ? factor : reshaped({ variables: after }, factor, shapeOf(changes));
}

const shapeOf = ({ kind, scope, child }) => ({ kind, scope, child });

function setParameters(drawing, { factor: id, kind, child, parameters }) {
  const factor = drawing.factors.get(id);
  const isMisplaced = child !== null && !factor?.scope.includes(child);
  if (!factor || isMisplaced || (kind === "prior" && factor.scope.length !== 1)) return null;
  const { pending, ...settled } = factor;
  return withFactor(drawing, { ...settled, kind, child: drawnChild(kind, factor.scope, child), parameters });
}

function setScope(drawing, { factor: id, scope }) {
  const factor = drawing.factors.get(id);
  const isPermutation =
    factor && scope.length === factor.scope.length && factor.scope.every((variable) => scope.includes(variable));
  if (!isPermutation) return null;
  const isSame = scope.every((variable, port) => variable === factor.scope[port]);
  return isSame ? drawing : withFactor(drawing, reshaped(drawing, factor, { scope }));
}

function insert(drawing, { document, ids, dx, dy }) {
  const fragment = readFragment(document);
  const newIds = new Map(ids);
  if (!fragment || !isFresh(drawing, fragment, newIds)) return null;
  const added = renumbered(fragment, newIds, dx, dy);
  const joined = (part) => new Map([...drawing[part], ...added[part]]);
  return {
    ...drawing,
    variables: joined("variables"),
    factors: joined("factors"),
    layout: joined("layout"),
    observed: joined("observed"),
    suspended: joined("suspended"),
  };
}

/** Whether each node of the fragment, and nothing else, gets an id of its own that is free. */
function isFresh(drawing, fragment, newIds) {
  const nodes = [...fragment.variables.keys(), ...fragment.factors.keys()];
  const isNamed = newIds.size === nodes.length && nodes.every((id) => newIds.has(id));
  const chosen = new Set(newIds.values());
  return isNamed && chosen.size === nodes.length && ![...chosen].some((id) => isTaken(drawing, id));
}

function readFragment(document) {
  try {
    return fromDocument(document);
  } catch {
    return null; // no fragment: Python says why
  }
}

function move(drawing, { positions }) {
  if (!positions.every(([id]) => isTaken(drawing, id))) return null;
  return { ...drawing, layout: new Map([...drawing.layout, ...positions.map(([id, x, y]) => [id, { x, y }])]) };
}
