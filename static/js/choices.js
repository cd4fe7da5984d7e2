// Choices as chips. The text input stays the truth: the server reads nothing else, and it is all there is
// without scripts.
const TOKEN = /\s*("(?:[^"\\]|\\.)*"\s*|[^,"]*)(?:,|$)/y;

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function announce(input, value) {
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

export function showChips(box, input) {
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
