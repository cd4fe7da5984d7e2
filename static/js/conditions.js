// Conditions of a row by clicking: chips for the parent's choices, ends or values for its numbers. The text
// input stays the truth.
import { announce, element, split } from "./choices.js";

const PARTS = /((?:"(?:[^"\\]|\\.)*"|[^;"])*)(?:;|$)/y;
const NAME = String.raw`("(?:[^"\\]|\\.)*"|[^\s=<>≤≥:;"]+)`;
const SHAPES = [
  [new RegExp(`^${NAME}\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)$`), (found) => ({ min: found[2], max: found[3] })],
  [new RegExp(`^${NAME}\\s*(?:≥|>=)\\s*(\\S+)$`), (found) => ({ min: found[2] })],
  [new RegExp(`^${NAME}\\s*(?:≤|<=)\\s*(\\S+)$`), (found) => ({ max: found[2] })],
  [new RegExp(`^${NAME}\\s*(?:==?|:)\\s*(.+)$`, "s"), (found) => split(found[2])],
];
const PLAIN_NAME = /^[^\s=<>≤≥:;"]+$/;
// With so few possible parents all are offered at once; with more, one by one.
const FEW = 4;

// Conditions by parent: lists of tokens or {min, max}; null when the text is something else.
export function readConditions(text) {
  const conditions = new Map();
  PARTS.lastIndex = 0;
  while (PARTS.lastIndex < text.length) {
    const part = PARTS.exec(text)?.[1].trim();
    if (part === undefined) return null;
    if (!part) continue;
    const shape = SHAPES.find(([pattern]) => pattern.test(part));
    const found = shape && shape[0].exec(part);
    const holds = found && shape[1](found);
    if (!holds) return null;
    conditions.set(unquoted(found[1]), holds);
  }
  return conditions;
}

function unquoted(name) {
  try {
    return name.startsWith('"') ? JSON.parse(name) : name;
  } catch {
    return name;
  }
}

export function writeConditions(conditions) {
  const parts = [];
  for (const [parent, holds] of conditions) {
    const name = PLAIN_NAME.test(parent) ? parent : JSON.stringify(parent);
    if (Array.isArray(holds)) parts.push(...(holds.length ? [`${name} = ${holds.join(", ")}`] : []));
    else if (holds.min && holds.max) parts.push(`${name} from ${holds.min} to ${holds.max}`);
    else if (holds.min) parts.push(`${name} ≥ ${holds.min}`);
    else if (holds.max) parts.push(`${name} ≤ ${holds.max}`);
  }
  return parts.join("; ");
}

// What a row could depend on: every other row with a name. `choices` is null for numbers.
function parentsFor(row) {
  const others = [...row.parentElement.querySelectorAll(".row")].filter(
    (other) => other !== row && !other.querySelector(".remover").checked,
  );
  return others.flatMap((other) => {
    const name = other.querySelector("[name$='-name']").value.trim();
    const type = other.querySelector("[name$='-type']").value;
    if (!name) return [];
    const typed = other.querySelector("[name$='-choices']")?.value ?? "";
    const choices = type === "boolean" ? ["false", "true"] : type === "categorical" ? (split(typed) ?? []) : null;
    return [{ name, choices, low: other.querySelector("[name$='-low']")?.value ?? "", high: other.querySelector("[name$='-high']")?.value ?? "" }];
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

// A number's condition: between two ends, or one of some values; what is typed last counts.
function numberInputs(parent, conditions, write) {
  const held = conditions.get(parent.name);
  const bounds = held && !Array.isArray(held) ? { ...held } : {};
  const inputs = {};
  const input = (key, words, value, typed) => {
    const made = element("input", { className: `input right is-${key}`, value, autocomplete: "off" });
    made.setAttribute("aria-label", `${parent.name}, ${words}`);
    made.addEventListener("input", (event) => {
      event.stopPropagation();
      typed(made.value.trim());
      write();
    });
    inputs[key] = made;
    return made;
  };
  const end = (side, words, hint) => {
    const made = input(side, words, bounds[side] ?? "", (text) => {
      bounds[side] = text;
      inputs.values.value = "";
      conditions.set(parent.name, bounds);
    });
    made.placeholder = hint;
    return made;
  };
  const values = input("values", "one of", Array.isArray(held) ? held.join(", ") : "", (text) => {
    inputs.min.value = inputs.max.value = bounds.min = bounds.max = "";
    conditions.set(parent.name, split(text) ?? []);
  });
  values.placeholder = "2, 3";
  return ["from", end("min", "from", parent.low), "to", end("max", "to", parent.high), "or one of", values];
}

function line(parent, conditions, write) {
  const controls = (parent.choices ? choiceToggles : numberInputs)(parent, conditions, write);
  const made = element("div", { className: "when-parent" }, element("code", { textContent: parent.name }), ...controls);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", parent.name);
  return made;
}

// A list of the parents that have no line yet; choosing one gives it a line.
function chooser(parents, add) {
  const select = element("select", { className: "select when-choose" });
  select.setAttribute("aria-label", "Make it depend on another parameter");
  select.append(new Option("depends on…", ""), ...parents.map((parent) => new Option(parent.name, parent.name)));
  for (const kind of ["input", "change"]) select.addEventListener(kind, (event) => event.stopPropagation());
  select.addEventListener("change", () => add(parents.find((parent) => parent.name === select.value)));
  return select;
}

function build(builder, text) {
  const conditions = readConditions(text.value);
  builder.replaceChildren();
  if (conditions === null) return;
  const write = () => announce(text, writeConditions(conditions));
  const parents = parentsFor(builder.closest(".row"));
  const shown = parents.length <= FEW ? parents : parents.filter((parent) => conditions.has(parent.name));
  const rest = parents.filter((parent) => !shown.includes(parent));
  builder.append(...shown.map((parent) => line(parent, conditions, write)));
  if (!rest.length) return;
  const select = chooser(rest, (parent) => {
    const made = line(parent, conditions, write);
    select.before(made);
    select.querySelector(`option[value="${CSS.escape(parent.name)}"]`)?.remove();
    select.value = "";
    made.querySelector("button, input")?.focus();
  });
  builder.append(select);
}

export function openCondition(more) {
  const builder = more.querySelector("[data-when-builder]");
  const text = document.getElementById(builder.dataset.whenBuilder);
  if (!text.dataset.built) {
    text.dataset.built = "true";
    text.addEventListener("input", (event) => {
      if (event.isTrusted) build(builder, text);
    });
  }
  build(builder, text);
}
