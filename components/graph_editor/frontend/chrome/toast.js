/** A word in passing, shown and read out; and what is only read out. */

import { h, patch } from "../dom.js";
import { iconButton } from "./button.js";

/** Long enough to read a sentence; a refusal names a remedy and takes longer, a hint stays while it is used. */
const STAY_MS = new Map([["bad", 9000], ["hint", 60_000]]);
const STAY_OTHERS_MS = 5000;

/**
 * @param {object} store
 * @param {HTMLElement} host
 */
export function createToast(store, host) {
  const shown = h("div", { class: "toasts", role: "status" });
  const spoken = h("div", { class: "mbml-spoken", "aria-live": "polite" });
  host.append(shown, spoken);
  let timer = null;
  const dismiss = () => store.setUi({ toast: null });
  return {
    update({ ui }, previous) {
      if (ui.spoken !== previous?.ui.spoken) patch(spoken, ui.spoken?.text);
      if (ui.toast === (previous?.ui.toast ?? null)) return;
      clearTimeout(timer);
      patch(shown, ui.toast && toast(ui.toast, dismiss));
      if (ui.toast) timer = setTimeout(dismiss, STAY_MS.get(ui.toast.kind) ?? STAY_OTHERS_MS);
    },
    destroy() {
      clearTimeout(timer);
      shown.remove();
      spoken.remove();
    },
  };
}

function toast({ text, kind }, dismiss) {
  return h("div", { class: "toast", "data-kind": kind },
    h("p", {}, text), iconButton({ name: "Dismiss", image: "close", run: dismiss }));
}
