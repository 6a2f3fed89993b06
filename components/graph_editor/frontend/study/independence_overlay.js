/** What of the drawing lights up for paths and blankets: plain data for the canvas. */

const RULES = new Map([
  ["chain", "chain: known"], ["fork", "fork: known"], ["collider", "collider: not seen"],
  ["separator", "separator: known"],
]);

/**
 * Open paths glow; on blocked ones every variable that blocks is marked, with the rule.
 * @param {{first: string, second: string}} reply
 * @param {{nodes: string[], is_open: boolean, blockers: string[], rules: string[]}[]} trails
 * @returns {{edges: object[], nodes: object[]}}
 */
export function trailsOverlay({ first, second }, trails) {
  const edges = new Map();
  const nodes = new Map();
  for (const trail of [...trails].sort((a, b) => Number(a.is_open) - Number(b.is_open))) {
    const look = trail.is_open ? "glow" : "blocked";
    edgesOf(trail.nodes).forEach(([factor, variable]) => {
      if (!edges.has(factor)) edges.set(factor, new Map());
      edges.get(factor).set(variable, { factor, variable, look });
    });
    if (trail.is_open) variablesOf(trail).forEach((id) => nodes.set(id, { id, look: "path", note: "" }));
  }
  for (const { blockers, rules } of trails) {
    blockers.forEach((id, place) => nodes.set(id, { id, look: "blocker", note: RULES.get(rules[place]) ?? "" }));
  }
  [first, second].forEach((id) => nodes.set(id, { id, look: "target", note: "" }));
  return { edges: [...edges.values()].flatMap((own) => [...own.values()]), nodes: [...nodes.values()] };
}

/**
 * @param {{variable: string, members: [string, string][]}} blanket
 * @returns {{nodes: object[]}}
 */
export function blanketOverlay({ variable, members }) {
  const marked = members.map(([id, role]) => ({ id, look: "blanket", note: role }));
  return { nodes: [{ id: variable, look: "target", note: "" }, ...marked] };
}

/** [factor, variable] of every edge of a path, whose ids are those of variables and factors in turns. */
function edgesOf(path) {
  return path.slice(1).map((id, place) => (place % 2 === 0 ? [id, path[place]] : [path[place], id]));
}

function variablesOf({ nodes }) {
  return nodes.filter((_, place) => place % 2 === 0);
}
