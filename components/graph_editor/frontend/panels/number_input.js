/** An input for one number from 0 to 1. */

import { h } from "../dom.js";
import { numberText, parseNumber } from "./table_model.js";

/**
 * A number from 0 to 1 in words people type; what is no such number is marked and stays.
 * @param {number} value
 * @param {string} label
 * @param {(value: number) => void} commit  called with other numbers only
 */
export function numberInput(value, label, commit) {
  return h("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", class: "number-input",
    value: numberText(value), "aria-label": label,
    onFocus: ({ target }) => target.select(),
    onKeydown: (event) => { if (event.key === "Enter") event.target.blur(); },
    onChange: ({ target }) => take(target, value, commit),
  });
}

function take(input, old, commit) {
  const parsed = parseNumber(input.value, true);
  input.setCustomValidity(parsed.message ?? "");
  input.title = parsed.message ?? "";
  if ("message" in parsed) {
    input.reportValidity();
    return;
  }
  input.value = numberText(parsed.value);
  if (parsed.value !== old) commit(parsed.value);
}
