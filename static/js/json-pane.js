// The JSON beside a form: painted, typed into, kept in step. What is typed stays as it is until it is taken
// over; what the form says replaces only text that nobody is working on.
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g;

function paint(pre, text) {
  pre.replaceChildren();
  let position = 0;
  for (const found of text.matchAll(TOKENS)) {
    const kind = found[2] !== undefined ? "key" : found[1] ? "string" : found[3] ? "number" : "keyword";
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = found[0];
    pre.append(text.slice(position, found.index), span);
    position = found.index + found[0].length;
  }
  pre.append(`${text.slice(position)}\n`);
}

function toLine(text, line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  text.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(text).lineHeight));
}

function keepInStep(box, text, pre) {
  let typed = false; // somebody has worked on it since the form's own JSON stood here
  let asked = ""; // the text that the server was asked about last
  let sent = true;

  const scroll = () => pre.scrollTo(text.scrollLeft, text.scrollTop);
  const refused = () => document.getElementById("json-error").textContent.trim() !== "";
  const adopt = () => {
    const source = document.getElementById("json-source").textContent;
    typed = false;
    text.removeAttribute("aria-invalid");
    if (text.value === source) return;
    text.value = source;
    paint(pre, source);
    scroll();
  };
  const settle = () => {
    if (refused()) text.setAttribute("aria-invalid", "true");
    else if (!typed || (sent && document.activeElement !== text)) adopt();
    else text.removeAttribute("aria-invalid");
  };

  text.addEventListener("input", (event) => {
    event.stopPropagation(); // the form's own preview would only say what it said before
    typed = true;
    sent = false;
    paint(pre, text.value);
    scroll();
  });
  text.addEventListener("scroll", scroll);
  text.addEventListener("blur", settle);
  box.addEventListener("htmx:beforeRequest", () => (asked = text.value));
  box.addEventListener("htmx:afterRequest", (event) => (sent = event.detail.successful && asked === text.value));
  document.body.addEventListener("htmx:afterSettle", settle);
  document.body.addEventListener("htmx:oobAfterSwap", settle);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-json-reset]")) {
      document.getElementById("json-error").replaceChildren();
      adopt();
    }
    const link = event.target.closest("[data-line]");
    if (link) toLine(text, Number(link.dataset.line));
  });
}

function showPanel(card, button) {
  const chosen = button.dataset.panel;
  for (const other of card.querySelectorAll("[data-panel]")) other.setAttribute("aria-pressed", String(other === button));
  for (const panel of card.querySelectorAll("[data-code]")) panel.hidden = panel.dataset.code !== chosen;
  card.querySelector("[data-copy]").dataset.copy = `#plan-${chosen}`;
}

export function startPane() {
  const card = document.querySelector(".code-card");
  if (!card) return;
  const box = card.querySelector(".json-edit");
  const text = box.querySelector("textarea");
  const pre = box.querySelector("pre");
  box.classList.add("is-painted");
  paint(pre, text.value);
  keepInStep(box, text, pre);
  card.addEventListener("click", (event) => {
    const button = event.target.closest("[data-panel]");
    if (button) showPanel(card, button);
  });
}
