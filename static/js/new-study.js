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

// How many trials a blank field means depends on what the other fields say.
document.body.addEventListener("htmx:afterSettle", () => {
  const trials = document.getElementById("id_trials");
  const blank = document.getElementById("plan")?.dataset.trials;
  if (trials && blank) trials.placeholder = blank;
});

showOptions();
