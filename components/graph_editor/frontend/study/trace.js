/**
 * A run of an algorithm as Python writes it (explain/trace_document.py), read; and what the drawing looks like
 * after some of its steps. Pure: numbers in, plain data out.
 *
 * @typedef {{kind: "t"|"s", place: number}} Reference  a table of the model, or what a step made
 * @typedef {{name: string, scope: string[], values: number[], node: string|null, isEvidence: boolean,
 *   isModel: boolean}} Table
 * @typedef {{number: number, kind: string, phase: number, from: string|null, to: string|null, scope: string[],
 *   over: string[], sentence: string, equation: [string, string, string, string], name: string,
 *   inputs: Reference[], values: number[]|null, scale: number, isMax: boolean, damping: number,
 *   old: Reference|null, hidden: string, residual: number,
 *   beliefs: [string, number[]][], links: [string, string][], cliques: number[]}} Step  `cliques`: numbers of
 *   those that it is about; of a message the sender, then the receiver
 * @typedef {{algorithm: string, schedule: string, isExact: boolean, isCut: boolean, summary: string[],
 *   phases: {name: string, start: number}[], tables: Table[], steps: Step[],
 *   variables: Map<string, {name: string, states: string[]}>, first: Map<string, number[]>,
 *   near: Set<string>|null}} Trace  `near`: the nodes of the part that is shown; null: all are
 */

const known = new WeakMap();

/** @param {object} reply @returns {Trace} read once */
export function readTrace(reply) {
  if (!known.has(reply)) known.set(reply, read(reply));
  return known.get(reply);
}

function read(reply) {
  const { nodes } = reply;
  const ids = (places) => (places ?? []).map((place) => nodes[place]);
  const variables = new Map(reply.variables.map((variable) => [variable.id, variable]));
  const tables = reply.tables.map(({ name, node, scope, values }) => ({
    name, values, scope: ids(scope), node: node === null ? null : nodes[node],
    isModel: node !== null && !variables.has(nodes[node]),
    isEvidence: node !== null && variables.has(nodes[node]),
  }));
  const steps = reply.steps.map((step) => readStep(step, reply, ids));
  return {
    algorithm: reply.algorithm, schedule: reply.schedule, isExact: reply.is_exact, isCut: reply.is_cut,
    summary: reply.summary,
    phases: phasesOf(steps, reply.phases), tables, steps, variables, first: new Map(reply.first),
    near: reply.taken > steps.length && !reply.is_cut ? new Set(nodes) : null,
  };
}

function readStep(step, { nodes, texts }, ids) {
  const [sentence, equation, name] = texts[step.text];
  return {
    number: step.n, kind: step.kind, phase: step.phase, sentence, equation, name,
    from: step.from === null ? null : nodes[step.from], to: step.to === null ? null : nodes[step.to],
    scope: ids(step.scope), over: ids(step.over), inputs: (step.inputs ?? []).map(reference),
    values: step.values ?? null, scale: step.scale ?? 1, isMax: Boolean(step.is_max), damping: step.damping ?? 0,
    old: step.old ? reference(step.old) : null, hidden: step.hidden ?? "",
    residual: step.residual === null ? Infinity : step.residual ?? 0,
    beliefs: (step.beliefs ?? []).map(([node, values]) => [nodes[node], values]),
    links: (step.links ?? []).map(ids), cliques: step.neighbours ?? [],
  };
}

const reference = ([kind, place]) => ({ kind, place });

function phasesOf(steps, names) {
  const starts = names.map((_, phase) => steps.findIndex((step) => step.phase === phase));
  return names.map((name, phase) => ({ name, start: starts[phase] }));
}

/**
 * The table that a reference means.
 * @param {Trace} trace
 * @param {Reference} reference
 * @returns {Table}
 */
export function tableOf(trace, { kind, place }) {
  if (kind === "t") return trace.tables[place];
  const { name, scope, values } = trace.steps[place];
  return { name, scope, values, node: null, isEvidence: false, isModel: false };
}

/**
 * What every variable's bars show after the first `count` steps.
 * @param {Trace} trace
 * @param {number} count
 * @returns {Map<string, number[]>}
 */
export function beliefsAfter(trace, count) {
  const found = new Map(trace.first);
  for (const { beliefs } of trace.steps.slice(0, count)) beliefs.forEach(([id, values]) => found.set(id, values));
  return found;
}

/**
 * The beliefs that a run ends with, of the variables that it computed them for.
 * @param {Trace} trace
 * @returns {Map<string, number[]>}
 */
export function conclusionsOf(trace) {
  return new Map(trace.steps.filter(({ kind }) => kind === "belief").map(({ to, values }) => [to, values]));
}

/**
 * What the canvas shows after the first `count` steps: all messages sent so far, the last one with what it was
 * made of, and the bars.
 * @param {Trace} trace
 * @param {number} count
 * @param {Iterable<string>} [drawn]  ids of all nodes, of which those outside the part that is shown are dimmed
 * @returns {object} the contract of `ui.overlay`
 */
export function overlayAfter(trace, count, drawn = []) {
  const edges = new Map();
  const step = trace.steps[count - 1] ?? null;
  trace.steps.slice(0, count).forEach((sent) => write(edges, sent));
  if (step) mark(edges, trace, step);
  const isOver = count === trace.steps.length && trace.schedule !== "by hand";
  return {
    beliefs: beliefsAfter(trace, count), isExact: isOver && trace.isExact,
    edges: [...edges.values()].flatMap((byVariable) => [...byVariable.values()]),
    nodes: [...(step ? nodesOf(step) : []), ...farOf(trace, drawn)],
  };
}

function write(edges, step) {
  const ends = endsOf(step);
  if (ends) Object.assign(edgeAt(edges, ends), { [ends.direction]: step.values });
}

/** Factor, variable and direction of a message; null for other steps. */
function endsOf({ kind, from, to }) {
  if (kind === "variable_to_factor") return { factor: to, variable: from, direction: "toFactor" };
  if (kind === "factor_to_variable") return { factor: from, variable: to, direction: "toVariable" };
  return null;
}

function edgeAt(edges, { factor, variable }) {
  if (!edges.has(factor)) edges.set(factor, new Map());
  const own = edges.get(factor);
  if (!own.has(variable)) {
    own.set(variable, { factor, variable, look: "flow", toVariable: null, toFactor: null, note: "" });
  }
  return own.get(variable);
}

function mark(edges, trace, step) {
  for (const { kind, place } of step.inputs) {
    const ends = kind === "s" ? endsOf(trace.steps[place]) : null;
    if (ends) Object.assign(edgeAt(edges, ends), { look: "input", direction: ends.direction });
  }
  const ends = endsOf(step);
  if (ends) Object.assign(edgeAt(edges, ends), { look: "current", direction: ends.direction });
}

function nodesOf({ kind, from, to }) {
  if (kind === "belief") return [{ id: to, look: "current", note: "" }];
  return [
    ...(from === null ? [] : [{ id: from, look: "current", note: "" }]),
    ...(to === null ? [] : [{ id: to, look: "target", note: "" }]),
  ];
}

function farOf({ near }, drawn) {
  if (near === null) return [];
  return [...drawn].filter((id) => !near.has(id)).map((id) => ({ id, look: "dim", note: "" }));
}

/**
 * The largest difference between the bars at the end and other beliefs, over the variables that both have.
 * @param {Map<string, number[]>} bars
 * @param {[string, number[]][]} beliefs
 * @returns {number|null} null where they have none in common
 */
export function farthest(bars, beliefs) {
  const gaps = beliefs
    .filter(([id, values]) => bars.get(id)?.length === values.length)
    .flatMap(([id, values]) => values.map((value, state) => Math.abs(value - bars.get(id)[state])));
  return gaps.length ? Math.max(...gaps) : null;
}
