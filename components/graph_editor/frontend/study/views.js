import { compareView } from "./compare.js";
import { conflictView } from "./conflict.js";
import { frequenciesView } from "./frequencies.js";
import { independenceView } from "./independence.js";
import { interveneView } from "./intervene.js";
import { laboratoryView } from "./laboratory.js";
import { ladderView } from "./ladder.js";
import { modesView } from "./modes.js";
import { nextView } from "./next.js";
import { sensitivityView } from "./sensitivity.js";
import { stepsView } from "./steps.js";
import { whyView } from "./why.js";

/**
 * The ways to look into the reasoning, in the order of the menu.
 *
 * @typedef {object} View
 * @property {string} name  the value of `ui.study` while it is open
 * @property {string} title
 * @property {string} hint  one line for the menu
 * @property {(study: object) => {draw: (state: object) => (Node|Array), update?: (state, previous) => void,
 *   leave?: () => void}} create  see panels/study.js
 */

/** @type {View[]} */
export const VIEWS = [
  stepsView,
  compareView,
  laboratoryView,
  whyView,
  ladderView,
  frequenciesView,
  independenceView,
  interveneView,
  nextView,
  sensitivityView,
  conflictView,
  modesView,
];
