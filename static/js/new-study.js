// The new study page: the options of the chosen method and stopping rule, and what a blank field means.
import "./space-editor.js";

const form = document.getElementById("new-study");

function showOptions() {
  const chosen = form.querySelector("input[name=optimizer]:checked")?.value;
  for (const options of form.querySelectorAll("[data-method]")) options.hidden = options.dataset.method !== chosen;
  const rule = form.querySelector("input[name=rule]:checked")?.value;
  for (const options of form.querySelectorAll("[data-rule]")) {
    options.hidden = options.dataset.rule !== rule;
    if (rule === "threshold") options.open = true; // it needs a value
  }
}

form.addEventListener("change", (event) => {
  if (event.target.name === "optimizer" || event.target.name === "rule") showOptions();
});

// How much a blank budget means depends on what the other fields say.
document.body.addEventListener("htmx:afterSettle", () => {
  for (const name of ["trials", "full_trainings"]) {
    const field = document.getElementById(`id_${name}`);
    const blank = document.getElementById("plan")?.dataset[name];
    if (field && blank) field.placeholder = blank;
  }
});

showOptions();
