// Sugar for the rows of the space: choices as chips, conditions by clicking. The text inputs stay the truth:
// the server reads nothing else, and they are all there is without scripts.

const TOKEN = /\s*("(?:[^"\\]|\\.)*"\s*|[^,"]*)(?:,|$)/y;

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function announce(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// The choices of a text, null when its quotes do not fit.
export function split(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return null;
    if (found[1].trim()) tokens.push(found[1].trim());
  }
  return tokens;
}

// --- choices as chips ---
function chip(token, remove) {
  const button = element("button", { type: "button", textContent: "×" });
  button.setAttribute("aria-label", `Remove ${token}`);
  button.addEventListener("click", remove);
  return element("span", { className: "choice", textContent: token }, button);
}

function showChips(box, input) {
  const tokens = split(input.value);
  for (const old of box.querySelectorAll(".choice, .choice-new")) old.remove();
  box.classList.toggle("is-chips", tokens !== null);
  if (tokens === null) return null;
  const change = (next, place) => {
    announce(input, next.join(", "));
    showChips(box, input);
    offerDefaults(box.closest(".row"), next);
    const buttons = box.querySelectorAll(".choice button");
    (buttons[place] ?? box.querySelector(".choice-new")).focus();
  };
  tokens.forEach((token, place) =>
    box.append(chip(token, () => change(tokens.filter((_, other) => other !== place), place))),
  );
  box.append(newChoice(tokens, change));
  return tokens;
}

function newChoice(tokens, change) {
  const input = element("input", { className: "input choice-new", placeholder: "+ choice", autocomplete: "off" });
  input.spellcheck = false;
  input.setAttribute("aria-label", "Add a choice");
  const add = () => {
    const added = split(input.value) ?? [];
    if (added.length) input.value = ""; // the blur of its own removal finds nothing left to add
    if (added.length) change([...tokens, ...added], tokens.length + added.length);
  };
  input.addEventListener("input", (event) => event.stopPropagation());
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("blur", add);
  input.addEventListener("keydown", (event) => {
    const ends = event.key === "Enter" || (event.key === "," && !input.value.trim().startsWith('"'));
    if (ends) {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && !input.value && tokens.length) {
      change(tokens.slice(0, -1), tokens.length);
    }
  });
  return input;
}

function offerDefaults(row, tokens) {
  const select = row.querySelector(".cell-default select");
  if (!select) return;
  const chosen = tokens.includes(select.value) ? select.value : "";
  select.replaceChildren(new Option("–", ""), ...tokens.map((token) => new Option(token, token)));
  select.value = chosen;
}

// --- conditions by clicking ---
const PARTS = /((?:"(?:[^"\\]|\\.)*"|[^;"])*)(?:;|$)/y;
const SHAPES = [
  [/^(\S+)\s+from\s+(\S+)\s+to\s+(\S+)$/, (found) => ({ min: found[2], max: found[3] })],
  [/^(\S+?)\s*(?:≥|>=)\s*(\S+)$/, (found) => ({ min: found[2] })],
  [/^(\S+?)\s*(?:≤|<=)\s*(\S+)$/, (found) => ({ max: found[2] })],
  [/^(\S+?)\s*(?:==?|:)\s*(.+)$/, (found) => split(found[2])],
];

// Conditions by parent: lists of tokens or {min, max}; null when the text is something else.
export function readConditions(text) {
  const conditions = new Map();
  PARTS.lastIndex = 0;
  while (PARTS.lastIndex < text.length) {
    const part = PARTS.exec(text)?.[1].trim();
    if (part === undefined) return null;
    if (!part) continue;
    const shape = SHAPES.find(([pattern]) => pattern.test(part));
    const holds = shape && shape[1](shape[0].exec(part));
    if (!holds) return null;
    conditions.set(shape[0].exec(part)[1], holds);
  }
  return conditions;
}

export function writeConditions(conditions) {
  const parts = [];
  for (const [parent, holds] of conditions) {
    if (Array.isArray(holds)) parts.push(...(holds.length ? [`${parent} = ${holds.join(", ")}`] : []));
    else if (holds.min && holds.max) parts.push(`${parent} from ${holds.min} to ${holds.max}`);
    else if (holds.min) parts.push(`${parent} ≥ ${holds.min}`);
    else if (holds.max) parts.push(`${parent} ≤ ${holds.max}`);
  }
  return parts.join("; ");
}

// What a row could depend on: the other rows with choices or whole numbers.
function parentsFor(row) {
  const others = [...row.parentElement.querySelectorAll(".row")].filter(
    (other) => other !== row && !other.querySelector(".remover").checked,
  );
  return others.flatMap((other) => {
    const name = other.querySelector("[name$='-name']").value.trim();
    const type = other.querySelector("[name$='-type']").value;
    if (!/^[^\s=<>≤≥:;"]+$/.test(name) || type === "float") return [];
    const choices = type === "boolean" ? ["false", "true"] : split(other.querySelector("[name$='-choices']")?.value ?? "");
    return [{ name, choices: type === "integer" ? null : (choices ?? []) }];
  });
}

function choiceToggles(parent, conditions, write) {
  const chosen = conditions.get(parent.name);
  return parent.choices.map((token) => {
    const button = element("button", { type: "button", className: "chip", textContent: token });
    button.setAttribute("aria-pressed", String(Array.isArray(chosen) && chosen.includes(token)));
    button.addEventListener("click", () => {
      const held = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!held));
      const pressed = [...button.parentElement.querySelectorAll("[aria-pressed='true']")].map((one) => one.textContent);
      conditions.set(parent.name, pressed);
      write();
    });
    return button;
  });
}

function boundInputs(parent, conditions, write) {
  const held = conditions.get(parent.name);
  const bounds = held && !Array.isArray(held) ? { ...held } : {};
  return ["min", "max"].flatMap((side) => {
    const input = element("input", { className: "input right", value: bounds[side] ?? "", inputMode: "numeric" });
    input.setAttribute("aria-label", `${parent.name}, ${side === "min" ? "from" : "to"}`);
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      bounds[side] = input.value.trim();
      conditions.set(parent.name, bounds);
      write();
    });
    return [side === "min" ? "from" : "to", input];
  });
}

function buildConditions(builder, text) {
  const conditions = readConditions(text.value);
  builder.replaceChildren();
  if (conditions === null) return;
  const write = () => announce(text, writeConditions(conditions));
  for (const parent of parentsFor(builder.closest(".row"))) {
    const controls = (parent.choices ? choiceToggles : boundInputs)(parent, conditions, write);
    const line = element("div", { className: "when-parent" }, element("code", { textContent: parent.name }), ...controls);
    line.setAttribute("role", "group");
    line.setAttribute("aria-label", parent.name);
    builder.append(line);
  }
}

export function openCondition(more) {
  const builder = more.querySelector("[data-when-builder]");
  const text = document.getElementById(builder.dataset.whenBuilder);
  if (!text.dataset.built) {
    text.dataset.built = "true";
    text.addEventListener("input", (event) => {
      if (event.isTrusted) buildConditions(builder, text);
    });
  }
  buildConditions(builder, text);
}

// Make every row that has come since the last time comfortable.
export function enhance(root) {
  for (const box of root.querySelectorAll("[data-choices]:not(.is-chips):not([data-seen])")) {
    box.dataset.seen = "";
    showChips(box, box.querySelector("input"));
  }
  for (const more of root.querySelectorAll(".row-more:not([hidden])")) {
    if (!more.querySelector(".when-parent")) openCondition(more);
  }
}
