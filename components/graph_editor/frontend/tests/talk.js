/** A store to talk to, and what is said about it. */

import { createStore } from "../store.js";
import { fakeClock, settled } from "./fakes.js";

/** A store whose words are collected, with frames and timers that the test decides about. */
export function setUp() {
  const spoken = [];
  const frames = [];
  const clock = fakeClock();
  const laters = [];
  let seed = 0;
  const store = createStore({
    speak: (log) => spoken.push(structuredClone(log)),
    random: () => (seed += 0.001),
    schedule: (callback) => frames.push(callback),
    later: (callback) => laters.push(callback),
    ...clock,
  });
  const frame = () => frames.splice(0).forEach((callback) => callback());
  const nextTick = async () => {
    laters.splice(0).forEach((callback) => callback());
    await settled();
  };
  return { store, spoken, frame, nextTick, clock, last: () => spoken.at(-1) };
}

export const variable = (id, x = 0) => ({ type: "add_variable", id, name: "", states: ["no", "yes"], x, y: 0 });
export const idsOf = (store) => [...store.state().drawing.variables.keys()];
export const numbersOf = (log) => log.commands.map(({ n }) => n);
