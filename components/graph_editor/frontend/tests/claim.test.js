import assert from "node:assert/strict";
import test from "node:test";

import { createClaim } from "../study/claim.js";

const variables = new Map(["rain", "wet"].map((id) => [id, { id, name: "", states: ["no", "yes"] }]));

/** A page with two variables, and all that was asked on it. */
function page() {
  const asked = [];
  let state = { drawing: { variables, factors: new Map(), observed: new Map() }, sections: {}, ui: { selection: new Set() } };
  const study = {
    store: { state: () => state },
    question: () => ({ now: { reply: null }, ask: async (fields) => { asked.push(fields); } }),
  };
  const claim = createClaim(study, "why", () => {});
  const become = ({ selected, observed }) => {
    state = {
      ...state,
      drawing: observed ? { ...state.drawing, observed: new Map(observed) } : state.drawing,
      ui: selected ? { selection: new Set(selected) } : state.ui,
    };
    claim.follow(state);
  };
  return { asked, become };
}

test("it asks once when the view opens, and not again while nothing changes", () => {
  const { asked, become } = page();
  become({});
  become({});
  assert.deepEqual(asked, [{}]);
});

test("the selected variable is the target, and stays it when nothing is selected any more", () => {
  const { asked, become } = page();
  become({ selected: ["rain"] });
  become({ selected: [] });
  become({ observed: [["wet", { state: "yes" }]] });
  assert.deepEqual(asked.map(({ target }) => target), ["rain", "rain"]);
});

test("a selected variable that is observed itself is no target", () => {
  const { asked, become } = page();
  become({ selected: ["rain"] });
  become({ observed: [["rain", { state: "yes" }]] });
  become({ selected: ["wet"] });
  become({ selected: ["rain"] });
  assert.deepEqual(asked.map(({ target }) => target), ["rain", undefined, "wet"]);
});

test("the same evidence as a new object is no reason to ask", () => {
  const { asked, become } = page();
  become({ observed: [["wet", { state: "yes" }]] });
  become({ observed: [["wet", { state: "yes" }]] });
  assert.equal(asked.length, 1);
});
