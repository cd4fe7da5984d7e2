// Turns one element into another by changing only what differs, so that focus, scroll, text selection,
// open <details> and drawn charts survive an update. live.js calls it for each fragment.

// State that belongs to the reader, not to the server.
const KEPT_ATTRIBUTES = { DETAILS: ["open"], INPUT: ["value", "checked"], TEXTAREA: [], OPTION: ["selected"] };

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset?.key || "" : "";
}

function alike(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

function morphAttributes(old, fresh) {
  const kept = KEPT_ATTRIBUTES[old.nodeName] ?? [];
  for (const { name, value } of [...fresh.attributes]) {
    if (!kept.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!kept.includes(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

function morphChildren(old, fresh) {
  const keyed = new Map();
  for (const child of old.children) if (keyOf(child)) keyed.set(keyOf(child), child);
  let current = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    let match = null;
    if (key) match = keyed.get(key) ?? null;
    else if (current && alike(current, wanted)) match = current;
    if (match && alike(match, wanted)) {
      if (match === current) current = current.nextSibling;
      else old.insertBefore(match, current);
      morph(match, wanted);
    } else {
      old.insertBefore(document.importNode(wanted, true), current);
    }
  }
  while (current) {
    const next = current.nextSibling;
    current.remove();
    current = next;
  }
}

export function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.hasAttribute("data-chart") && old.dataset.chart === fresh.dataset.chart) return; // charts.js owns it
  if (old.hasAttribute("data-keep")) return;
  morphAttributes(old, fresh);
  morphChildren(old, fresh);
}
