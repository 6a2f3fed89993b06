/**
 * The editor: one page per mounted component, patched with every payload from Python.
 *
 *     payload → store → parts of the page → gesture → command → store → Python
 */

import { createActions } from "./actions.js";
import { createAutosave } from "./autosave.js";
import { createCanvas } from "./canvas/index.js";
import { createChrome } from "./chrome/chrome.js";
import { isTourSeen, localStorageOf } from "./chrome/tour.js";
import { h } from "./dom.js";
import { decodeLink, linkIn } from "./link.js";
import { createPanels } from "./panels/index.js";
import { createStore } from "./store.js";
import { themeOf } from "./theme.js";

/** The editor is the whole window. Streamlit keeps its menu in the corner, for the theme. */
const FRAME = `
  [data-testid="stMainBlockContainer"] { padding: 0; max-width: none; }
  [data-testid="stHeader"] { background: transparent; pointer-events: none; }
  [data-testid="stHeader"] button { pointer-events: auto; }
`;

const pages = new WeakMap();

/**
 * Called by Streamlit at the mount and whenever the payload or the theme changes.
 *
 * @param {{parentElement: ShadowRoot, data: object, setStateValue: (name: string, value: object) => void}} component
 * @returns {() => void} called at the unmount, and sometimes before
 */
export function editor({ parentElement, data, setStateValue }) {
  const page = pages.get(parentElement) ?? mount(parentElement);
  pages.set(parentElement, page);
  page.receive(data, setStateValue);
  return () => setTimeout(() => page.leaveIfGone(), 0);
}

function mount(shadow) {
  // Another version of the server has taken over under an open page. What it knows is in the browser's database.
  if (shadow.querySelector(".mbml")) location.reload();
  let speak = () => {};
  const store = createStore({ speak: (log) => speak(log) });
  const autosave = createAutosave(store);
  const { root, hosts } = frame();
  shadow.append(root);
  document.head.append(h("style", {}, FRAME));

  let canvas = null;
  const actions = createActions(store, () => canvas, {
    library: libraryOf(autosave), page: document, right: () => hosts.right,
  });
  canvas = createCanvas(store, hosts.canvas, actions);
  const parts = [canvas, createChrome(store, root, hosts, actions), createPanels(store, hosts.right, actions)];
  const stop = store.subscribe(draw);

  let updates = 0;
  function draw(state, previous) {
    root.dataset.theme = state.ui.theme;
    root.dataset.presenter = state.ui.presenter;
    root.dataset.study = state.ui.panel === "study";
    for (const part of parts) part.update(state, previous);
    // For whoever measures: so many times the bars have been brought up to date.
    if (state.sections.beliefs !== previous?.sections.beliefs) root.dataset.beliefs = ++updates;
  }

  function followTheme() {
    store.setUi({ theme: themeOf(shadow.host) });
  }

  async function begin({ origin }) {
    const resumed = await resume(store, autosave, origin);
    const isFirstVisit = !resumed && !origin.explicit && !isTourSeen(localStorageOf(root));
    store.setUi({ gallery: !origin.explicit, tour: isFirstVisit ? 1 : 0 });
    root.dataset.ready = "true";
    store.flush();
    hosts.canvas.querySelector("svg")?.focus({ preventScroll: true });
  }

  let hasBegun = false;
  return {
    receive(data, setStateValue) {
      speak = (log) => setStateValue("log", log);
      store.receive(data);
      if (!hasBegun) followTheme();
      store.flush(); // drawn in this task, the bars are in the very next frame
      requestAnimationFrame(followTheme); // in the frame: it works out all styles anyway
      if (hasBegun || !store.state().sections.origin) return;
      hasBegun = true;
      begin(store.state().sections);
    },
    leaveIfGone() {
      if (root.isConnected) return;
      autosave.flush();
      stop();
      for (const part of parts) part.destroy();
      pages.delete(shadow);
    },
  };
}

/** A drawing in the page's address goes first, then what this browser has kept. Whether there was one. */
async function resume(store, autosave, origin) {
  const link = linkIn(location);
  const record = await autosave.resume(link ? { ...origin, id: `link:${link}`, explicit: true } : origin);
  if (record) store.restore(record);
  else if (link) await openLink(store, link);
  return Boolean(record ?? link);
}

async function openLink(store, link) {
  try {
    store.dispatch({ type: "open", source: "link", text: await decodeLink(link) });
  } catch (error) {
    const problem = { where: "", what: error.message, remedy: "Ask for the file instead." };
    store.setUi({ dialog: { kind: "problems", title: "This link cannot be opened", problems: [problem] } });
  }
}

function libraryOf(autosave) {
  return {
    async recent() {
      const drawings = await autosave.recent();
      return drawings.map(({ id, name, updated }) => ({ id, title: name, when: updated }));
    },
    openRecent: ({ id }) => autosave.openRecent(id),
  };
}

function frame() {
  const place = (name) => h("div", { class: `mbml-${name}` });
  const names = ["top", "left", "canvas", "right", "status", "over"];
  const hosts = Object.fromEntries(names.map((name) => [name, place(name)]));
  const root = h("div", { class: "mbml", "data-ready": "false" }, ...Object.values(hosts));
  return { root, hosts };
}
