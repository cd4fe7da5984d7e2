// The new study page: keeps errors, options and focus in step with what the server sends; htmx does the rest.
import { enhance, openCondition } from "./space-editor.js";
import { keepTyped } from "./typed.js";

const form = document.getElementById("new-study");

// An input is invalid while the element that describes it says something.
function markInvalid() {
  for (const input of form.querySelectorAll("[aria-describedby]")) {
    const error = document.getElementById(input.getAttribute("aria-describedby"));
    if (error?.textContent.trim()) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function showOptions() {
  const chosen = form.querySelector("input[name=optimizer]:checked")?.value;
  for (const options of form.querySelectorAll("[data-method]")) options.hidden = options.dataset.method !== chosen;
}

function toggle(button) {
  const more = document.getElementById(button.dataset.opens);
  more.hidden = !more.hidden;
  button.setAttribute("aria-expanded", String(!more.hidden));
  if (!more.hidden) openCondition(more);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (button) toggle(button);
});

form.addEventListener("change", (event) => {
  if (event.target.name === "optimizer") showOptions();
});

// Enter in a field shows what it means; only the button starts a study.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=submit]), textarea")) return;
  event.preventDefault();
  if (!event.target.matches(".choice-new")) event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

// Once is enough: a second click must not start a second study. Coming back to the page makes it ready again.
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "true";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);

// How many trials a blank field means depends on what the other fields say.
function showBlankTrials() {
  const trials = document.getElementById("id_trials");
  const blank = document.getElementById("plan")?.dataset.trials;
  if (trials && blank) trials.placeholder = blank;
}

function sayState() {
  const text = document.querySelector("#plan .not-yet-head")?.textContent.trim() ?? "Ready to start";
  const announcer = document.getElementById("announcer");
  if (announcer && announcer.textContent !== text) announcer.textContent = text;
}

document.body.addEventListener("htmx:afterSettle", () => {
  enhance(form);
  markInvalid();
  showBlankTrials();
  sayState();
});
document.body.addEventListener("htmx:oobAfterSwap", markInvalid);

// Menus close as people expect.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

enhance(form);
keepTyped(form, "steps");
showOptions();
document.getElementById("refused")?.focus();
