/** Small pieces that every panel is made of. */

import { h, svg } from "../dom.js";

/**
 * A titled block.
 * @param {string} title
 * @param {...(Node|string|null|Array)} children
 */
export function section(title, ...children) {
  return h("section", { class: "inspector-section", key: title }, h("h3", {}, title), children);
}

/**
 * A caption above its control.
 * @param {string} caption
 * @param {HTMLElement} control
 */
export function field(caption, control) {
  return h("label", { class: "inspector-field", key: caption }, h("span", {}, caption), control);
}

/**
 * A text input that commits on Enter and when it is left, and takes back what was typed on Escape.
 * @param {string} value
 * @param {(text: string) => void} commit  called with changed texts only
 * @param {object} [props]
 */
export function textInput(value, commit, props = {}) {
  return h("input", {
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    ...props,
    value,
    onChange: ({ target }) => { if (target.value !== value) commit(target.value); },
    onKeydown: (event) => {
      if (event.key === "Enter") event.target.blur();
      if (event.key === "Escape") restore(event, value);
      props.onKeydown?.(event);
    },
  });
}

/**
 * A button with a word or an icon on it. `reason` says why it cannot be pressed; it keeps the focus even then, which
 * a disabled button would drop: the last step of a row is where the keyboard stands.
 * @param {string|Node} face
 * @param {() => void} action
 * @param {{label?: string|null, pressed?: boolean|null, reason?: string, kind?: string,
 *          key?: string|null}} [props]
 */
export function button(face, action, props = {}) {
  const { label = null, pressed = null, reason = "", kind = "", key = null } = props;
  return h("button", {
    type: "button",
    key: key ?? label ?? String(face),
    class: `inspector-button ${kind}`.trim(),
    "aria-label": label,
    title: reason || label,
    "aria-pressed": pressed === null ? null : String(pressed),
    "aria-disabled": reason === "" ? null : "true",
    onClick: reason === "" ? action : null,
  }, face);
}

/**
 * The buttons that move a row of a list by one place.
 * @param {string} name  what is moved
 * @param {number} index
 * @param {number} count  rows of the list
 * @param {(from: number, to: number) => void} move
 */
export function moveButtons(name, index, count, move) {
  const [up, down] = [() => move(index, index - 1), () => move(index, index + 1)];
  const [first, last] = [index > 0 ? "" : "It is the first", index < count - 1 ? "" : "It is the last"];
  return [
    button(icon(ICONS.up), up, { label: `Move ${name} up`, kind: "quiet", reason: first }),
    button(icon(ICONS.down), down, { label: `Move ${name} down`, kind: "quiet", reason: last }),
  ];
}

/**
 * The handle of a row that can be dragged.
 * @param {ReturnType<typeof draggable>} drag
 */
export function grip(drag) {
  return h("span", { class: "list-grip", title: "Drag to reorder", ...drag.handle }, icon(ICONS.grip));
}

/**
 * An 18 × 18 icon.
 * @param {string} path  its path data
 */
export function icon(path) {
  return svg("svg", { viewBox: "0 0 18 18", class: "inspector-icon", "aria-hidden": "true" },
    svg("path", { d: path }));
}

export const ICONS = {
  up: "M4.5 11 9 6.5l4.5 4.5",
  down: "M4.5 7 9 11.5 13.5 7",
  remove: "M5 5l8 8M13 5l-8 8",
  grip: "M6.5 4.5v.01M6.5 9v.01M6.5 13.5v.01M11.5 4.5v.01M11.5 9v.01M11.5 13.5v.01",
  left: "M3 2.5v13M6 5.5h9M6 11.5h5",
  center: "M9 2.5v13M4 5.5h10M6 11.5h6",
  top: "M2.5 3h13M5.5 6v9M11.5 6v5",
  middle: "M2.5 9h13M5.5 4v10M11.5 6v6",
  columns: "M3 2.5v13M15 2.5v13M9 5.5v7",
  rows: "M2.5 3h13M2.5 15h13M5.5 9h7",
};

/**
 * The list with one item moved.
 * @template T
 * @param {T[]} list
 * @returns {T[]}
 */
export function moved(list, from, to) {
  const rest = list.filter((_, i) => i !== from);
  return [...rest.slice(0, to), list[from], ...rest.slice(to)];
}

/**
 * Props that let rows of a list be dragged onto each other by their handles.
 * @param {string} name  rows of lists with other names are not accepted
 * @param {number} index
 * @param {(from: number, to: number) => void} move
 */
export function draggable(name, index, move) {
  const type = `application/x-mbml-${name}`;
  const accepts = (event) => event.dataTransfer.types.includes(type);
  return {
    handle: { draggable: "true", onDragstart: (event) => event.dataTransfer.setData(type, String(index)) },
    row: {
      onDragover: (event) => { if (accepts(event)) event.preventDefault(); },
      onDrop: (event) => {
        if (!accepts(event)) return;
        event.preventDefault();
        const from = Number(event.dataTransfer.getData(type));
        if (from !== index) move(from, index);
      },
    },
  };
}

/** The text as it was; nothing of it is committed when the input is left. */
function restore(event, value) {
  event.stopPropagation();
  event.target.value = value;
  event.target.blur();
}
