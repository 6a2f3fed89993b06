/** Drawings as plain trees, and the least change of the DOM that shows a new tree. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {{tag: string, attributes: Object<string, string|number>, text: string|null, children: Tree[]}} Tree
 */

/**
 * A tree. Text is always a text node, never markup; attributes that are null or false are left out.
 * @param {string} tag
 * @param {Object<string, string|number|boolean|null|undefined>} attributes
 * @param {string|Array<Tree|null|false>} [content]
 * @returns {Tree}
 */
export function h(tag, attributes, content = []) {
  const isText = typeof content === "string";
  return { tag, attributes, text: isText ? content : null, children: isText ? [] : content.filter(Boolean) };
}

/** @param {Tree} tree @returns {SVGElement} */
export function render(tree) {
  const element = document.createElementNS(SVG, tree.tag);
  for (const name of Object.keys(tree.attributes)) put(element, name, tree.attributes[name]);
  if (tree.text !== null) element.textContent = tree.text;
  for (const child of tree.children) element.append(render(child));
  return element;
}

/** Turn `element`, which shows `shown`, into one that shows `next`. */
export function patch(element, shown, next) {
  if (shown === next) return;
  patchAttributes(element, shown.attributes, next.attributes);
  if (next.text !== null) {
    if (shown.text !== next.text) element.textContent = next.text;
  } else {
    patchChildren(element, shown, next);
  }
}

function patchAttributes(element, shown, next) {
  for (const name of Object.keys(next)) {
    if (shown[name] !== next[name]) put(element, name, next[name]);
  }
  for (const name of Object.keys(shown)) {
    if (!(name in next)) element.removeAttribute(name);
  }
}

function patchChildren(element, shown, next) {
  if (shown.text !== null) element.textContent = "";
  const before = shown.text === null ? shown.children : [];
  next.children.forEach((child, index) => {
    if (index >= before.length) element.append(render(child));
    else if (before[index].tag === child.tag) patch(element.childNodes[index], before[index], child);
    else element.childNodes[index].replaceWith(render(child));
  });
  for (let index = before.length; index > next.children.length; index -= 1) element.lastChild.remove();
}

function put(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * A group of keyed trees in drawing order. Elements are kept for as long as their key is: focus and running
 * transitions survive every update.
 * @param {SVGElement} group
 * @returns {{show(items: {key: string, tree: Tree}[]): void, element(key: string): SVGElement|undefined}}
 */
export function createLayer(group) {
  let held = new Map();

  function show(items) {
    const keys = new Set(items.map((item) => item.key));
    for (const [key, entry] of held) if (!keys.has(key)) entry.element.remove();
    const next = new Map();
    let cursor = group.firstChild;
    for (const { key, tree } of items) {
      const element = brought(held.get(key), tree);
      next.set(key, { element, tree });
      if (element === cursor) cursor = cursor.nextSibling;
      else group.insertBefore(element, cursor);
    }
    held = next;
  }

  return { show, element: (key) => held.get(key)?.element };
}

function brought(entry, tree) {
  if (entry === undefined || entry.tree.tag !== tree.tag) return render(tree);
  patch(entry.element, entry.tree, tree);
  return entry.element;
}
