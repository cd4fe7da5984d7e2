// The preview of an uploaded table: htmx redraws it after each change; this keeps what is typed meanwhile.
import { keepTyped } from "./typed.js";

const form = document.getElementById("preview");

keepTyped(form, "#preview-body");

// Once is enough: a second click must not save twice. Coming back to the page makes it ready again.
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "true";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);

document.getElementById("refused")?.focus();
