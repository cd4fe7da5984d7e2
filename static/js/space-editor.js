// What every form with rows of a space has: chips, conditions, order, details, JSON beside it, errors and focus
// in step with what the server sends; htmx does the rest.
import { showChips } from "./choices.js";
import { openCondition } from "./conditions.js";
import { startPane } from "./json-pane.js";
import { keepOrder } from "./row-order.js";
import { keepTyped } from "./typed.js";

const form = document.querySelector("[data-space-form]");

// An input is invalid while the element that describes it says something.
function markInvalid() {
  for (const input of form.querySelectorAll("[aria-describedby]:not(#plan-json)")) {
    const error = document.getElementById(input.getAttribute("aria-describedby"));
    if (error?.matches(".error") && error.textContent.trim()) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

// What differs between long names is at their end: that is what is seen of them.
function showTails() {
  for (const input of form.querySelectorAll(".cell-name .input")) {
    if (input !== document.activeElement) input.scrollLeft = input.scrollWidth;
    input.title = input.scrollWidth > input.clientWidth ? input.value : "";
  }
}

// Make every row that has come since the last time comfortable.
function enhance() {
  for (const box of form.querySelectorAll("[data-choices]:not(.is-chips):not([data-seen])")) {
    box.dataset.seen = "";
    showChips(box, box.querySelector("input"));
  }
  for (const more of form.querySelectorAll(".row-more")) {
    if (!more.hidden && !more.querySelector(".when-parent, .when-choose")) openCondition(more);
  }
  showTails();
}

function show(more, open) {
  more.hidden = !open;
  for (const button of form.querySelectorAll(`[data-opens="${more.id}"]`)) {
    button.setAttribute("aria-expanded", String(open));
  }
  if (open) openCondition(more);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  const more = button && document.getElementById(button.dataset.opens);
  if (more) show(more, more.hidden);
});

form.addEventListener("focusout", (event) => {
  if (event.target.matches(".cell-name .input")) requestAnimationFrame(showTails);
});
window.addEventListener("resize", showTails);
document.fonts.ready.then(showTails);

// Enter in a field shows what it means; only the button starts or saves. In a menu it presses the menu's own.
form.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches("input:not([type=submit]), textarea[rows='1']")) return;
  event.preventDefault();
  if (field.closest(".menu-list")) field.parentElement.querySelector("button")?.click();
  else if (!field.matches(".choice-new")) field.dispatchEvent(new Event("input", { bubbles: true }));
});

// Once is enough: a second click must not start a second study. Coming back to the page makes it ready again.
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "true";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);

function sayState() {
  const text = document.querySelector("#plan .not-yet-head")?.textContent.trim() ?? "Nothing to fix";
  const announcer = document.getElementById("announcer");
  if (announcer && announcer.dataset.state !== text) announcer.textContent = announcer.dataset.state = text;
}

// A row that is redrawn stays open, so that focus can stay in it.
document.body.addEventListener("htmx:configRequest", (event) => {
  const { target, parameters } = event.detail;
  if (target.matches?.(".row") && target.querySelector(".row-more:not([hidden])")) parameters.opened = "1";
});

// An answer brings a hundred pieces, each with an event of its own: the form is looked through once for all.
function afterAll(look) {
  let awaited = false;
  return () => {
    if (!awaited) queueMicrotask(() => ((awaited = false), look()));
    awaited = true;
  };
}
document.body.addEventListener("htmx:afterSettle", afterAll(() => {
  enhance();
  markInvalid();
  sayState();
}));
document.body.addEventListener("htmx:oobAfterSwap", afterAll(markInvalid));

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

// What was typed before the scripts were there, or is restored by the browser, has not been looked at yet.
window.addEventListener("load", () => {
  const changed = [...form.querySelectorAll("input[type=text], textarea")].some((field) => field.value !== field.defaultValue);
  if (changed) document.body.dispatchEvent(new Event("draft-changed"));
});

enhance();
keepOrder(form);
keepTyped(form, "#steps, #rows, .row");
startPane();
document.getElementById("refused")?.focus();
