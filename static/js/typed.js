// Keeps what people type and choose while the server redraws parts of a form: an answer only knows what was sent.
// One redrawing request runs at a time, the next waits for it; what changed meanwhile is put back into what came.
const TEXTS = "input:not([type=checkbox], [type=radio]), textarea";
const isBox = (field) => field.type === "checkbox" || field.type === "radio";
const labelOf = (field) => field.getAttribute("aria-label") ?? "";

// What a field is called in what is there and in what comes; those that scripts made have no name.
function keyOf(field) {
  if (field.name) return isBox(field) ? `${field.name}=${field.value}` : field.name;
  const row = field.closest(".row");
  return row && labelOf(field) ? `${row.id} ${labelOf(field)}` : "";
}

function fieldsIn(root) {
  const found = new Map();
  for (const field of root.querySelectorAll("input:not([type=hidden]), input.place, select, textarea")) {
    const key = keyOf(field);
    if (key) found.set(key, field);
  }
  return found;
}

const read = (field) => (isBox(field) ? field.checked : field.value);
function write(field, value) {
  if (isBox(field)) field.checked = value;
  else field.value = value;
}

function valuesIn(form) {
  return new Map([...fieldsIn(form)].map(([key, field]) => [key, read(field)]));
}

function changedSince(form, values) {
  return [...fieldsIn(form)]
    .filter(([key, field]) => values.get(key) !== read(field))
    .map(([key, field]) => ({ key, field, value: read(field), label: labelOf(field) }));
}

// Where the caret is, so that typing goes on in the field that comes in this one's place.
function caretIn(form) {
  const field = document.activeElement;
  if (!form.contains(field) || !field.matches("input, select, textarea")) return null;
  const selection = field.matches(TEXTS) ? [field.selectionStart, field.selectionEnd] : null;
  return { key: keyOf(field), field, selection };
}

function toCaret(form, caret) {
  if (!caret || caret.field === document.activeElement) return;
  const field = caret.field.isConnected ? caret.field : fieldsIn(form).get(caret.key);
  if (!field) return;
  field.focus({ preventScroll: true });
  if (caret.selection && field.matches(TEXTS)) field.setSelectionRange(...caret.selection);
}

// Browsers tell of no change when a script wrote the text: leaving the field has to.
function tellOnLeaving(field) {
  field.addEventListener("blur", () => field.dispatchEvent(new Event("change", { bubbles: true })), { once: true });
}

// What began a request, so that it can begin again when its element has been redrawn.
function causeOf(elt, event) {
  const pressed = elt.matches("button");
  return { type: pressed ? "click" : event.type, key: pressed ? `${elt.name}=${elt.value}` : keyOf(event.target) };
}

function begin(form, { type, key }) {
  const buttons = [...form.querySelectorAll("button[name]")];
  if (type === "click") buttons.find((button) => `${button.name}=${button.value}` === key)?.click();
  else fieldsIn(form).get(key)?.dispatchEvent(new Event(type, { bubbles: true }));
}

// `redrawn`: the selector of what answers replace. All other requests of the form only look at what it says.
export function keepTyped(form, redrawn) {
  htmx.config.defaultSettleDelay = 0; // else a key could fall between an answer and what is put back into it
  const sent = new WeakMap();
  let waiting = [];
  let running = null;
  let restored = null;
  let looks = false; // somebody wanted to look while an answer was on its way
  let changes = 0;

  const on = (name, listener) =>
    document.body.addEventListener(name, (event) => {
      if (form.contains(event.detail.elt) || sent.has(event.detail.xhr)) listener(event, event.detail);
    });
  const wait = (cause) => {
    waiting = [...waiting.filter(({ type, key }) => type !== cause.type || key !== cause.key), cause];
  };
  form.addEventListener("input", () => (changes += 1));

  on("htmx:confirm", (event, { elt, target, triggeringEvent }) => {
    if (!running) return;
    event.preventDefault();
    if (target.matches(redrawn)) wait(causeOf(elt, triggeringEvent));
    else looks = true;
  });

  on("htmx:beforeRequest", (_, { elt, target, xhr, requestConfig }) => {
    changes += target.matches(redrawn) ? 1 : 0;
    sent.set(xhr, { values: valuesIn(form), changes });
    if (target.matches(redrawn)) running = { xhr, elt, cause: causeOf(elt, requestConfig.triggeringEvent) };
  });

  // What would be lost has no place in the answer: then it is asked again, with what was typed.
  const lostIn = (changed, { elt, target, xhr }) => {
    if (elt.getAttribute("hx-swap") === "beforeend" || elt.name === "save") return [];
    const coming = fieldsIn(new DOMParser().parseFromString(xhr.response, "text/html"));
    const moved = (field) => field.matches(".place") && !target.matches(".row");
    return changed.filter(({ key, field, label }) => {
      const place = coming.get(key);
      return field.name && target.contains(field) && (!place || labelOf(place) !== label || moved(field));
    });
  };

  on("htmx:beforeSwap", (event, detail) => {
    const before = sent.get(detail.xhr);
    if (!before) return;
    if (running?.xhr !== detail.xhr) {
      detail.shouldSwap = detail.shouldSwap && !running && before.changes === changes; // another look follows
      return;
    }
    if (!detail.shouldSwap || detail.xhr.getResponseHeader("HX-Reswap") === "none") return;
    const changed = changedSince(form, before.values);
    if (lostIn(changed, { ...detail, elt: running.elt }).length) {
      detail.shouldSwap = false;
      waiting.unshift(running.cause);
    } else restored = { xhr: detail.xhr, changed, caret: caretIn(form) };
  });

  const putBack = (named) => {
    const there = fieldsIn(form);
    for (const { key, field, value, label } of restored.changed) {
      const fresh = there.get(key);
      if (!fresh || fresh === field || labelOf(fresh) !== label || Boolean(fresh.name) !== named) continue;
      write(fresh, value);
      if (key === restored.caret?.key && fresh.matches(TEXTS)) tellOnLeaving(fresh);
    }
  };
  on("htmx:afterSwap", (_, { xhr }) => {
    if (restored?.xhr === xhr) putBack(true);
  });
  on("htmx:afterSettle", (_, { xhr }) => {
    if (restored?.xhr !== xhr) return;
    putBack(false);
    toCaret(form, restored.caret);
    restored = null;
  });

  const next = () => {
    while (waiting.length && !running) begin(form, waiting.shift());
    if (looks && !running) document.body.dispatchEvent(new Event("draft-changed"));
    looks = looks && running !== null;
  };
  const done = (_, { xhr, successful }) => {
    if (running?.xhr !== xhr) return;
    running = null;
    looks ||= !successful || xhr.getResponseHeader("HX-Reswap") === "none"; // what came asks for no look itself
    setTimeout(next); // htmx is not done with this one before
  };
  on("htmx:afterRequest", done);
  on("htmx:onLoadError", done);
}
