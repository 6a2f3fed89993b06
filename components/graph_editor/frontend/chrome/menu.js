/** A menu that drops from a button; arrows choose, Enter does, Escape or a click elsewhere closes. */

import { h } from "../dom.js";
import { icon } from "./icons.js";

const GAP = 4;
const STEPS = new Map([["ArrowDown", 1], ["ArrowUp", -1]]);

/**
 * @param {HTMLElement} anchor what it drops from, inside the page's root
 * @param {{label: string, hint?: string, key?: string, isChecked?: boolean, run: () => void}[]} items
 * @param {string} label of the whole menu
 */
export function openMenu(anchor, items, label) {
  const close = () => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    anchor.ownerDocument.removeEventListener("pointerdown", closeOutside, { capture: true });
  };
  const closeOutside = (event) => {
    if (!event.composedPath().some((element) => element === menu || element === anchor)) close();
  };
  const choose = (item) => () => {
    close();
    anchor.focus();
    item.run();
  };
  const menu = h("div", {
    class: "menu", role: "menu", "aria-label": label, onKeydown: (event) => steer(event, menu, anchor, close),
    onFocusout: (event) => event.relatedTarget && !menu.contains(event.relatedTarget) && close(),
  }, items.map((item) => entry(item, choose(item))));
  anchor.closest(".mbml").append(menu);
  anchor.setAttribute("aria-expanded", "true");
  place(menu, anchor);
  (menu.querySelector("[aria-checked=true]") ?? menu.firstElementChild).focus();
  anchor.ownerDocument.addEventListener("pointerdown", closeOutside, { capture: true });
}

function entry({ label, hint, key, isChecked }, run) {
  const isChoice = isChecked !== undefined;
  return h("button", {
    type: "button", role: isChoice ? "menuitemradio" : "menuitem", tabindex: "-1", onClick: run,
    "aria-checked": isChoice ? String(isChecked) : null,
  },
  isChoice && h("span", { class: "menu-mark" }, isChecked && icon("check")),
  h("span", { class: "menu-text" }, label, hint && h("small", {}, hint)),
  key && h("kbd", {}, key));
}

function steer(event, menu, anchor, close) {
  event.stopPropagation();
  const entries = [...menu.children];
  const at = entries.indexOf(menu.getRootNode().activeElement);
  if (STEPS.has(event.key)) entries.at((at + STEPS.get(event.key)) % entries.length).focus();
  else if (event.key === "Home") entries[0].focus();
  else if (event.key === "End") entries.at(-1).focus();
  else if (event.key === "Escape" || event.key === "Tab") {
    close();
    anchor.focus();
  } else return;
  event.preventDefault();
}

/** Below the button where there is room, else above it; never outside the window. */
function place(menu, anchor) {
  const [button, size] = [anchor, menu].map((element) => element.getBoundingClientRect());
  const view = anchor.ownerDocument.defaultView;
  const isBelow = button.bottom + GAP + size.height <= view.innerHeight;
  const top = isBelow ? button.bottom + GAP : Math.max(button.top - GAP - size.height, GAP);
  const left = Math.max(Math.min(button.left, view.innerWidth - size.width - GAP), GAP);
  menu.style.setProperty("top", `${top}px`);
  menu.style.setProperty("left", `${left}px`);
}
