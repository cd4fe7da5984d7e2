// The new study page: the options of the chosen method, and what a blank field means.
import "./space-editor.js";

const form = document.getElementById("new-study");

function showOptions() {
  const chosen = form.querySelector("input[name=optimizer]:checked")?.value;
  for (const options of form.querySelectorAll("[data-method]")) options.hidden = options.dataset.method !== chosen;
}

form.addEventListener("change", (event) => {
  if (event.target.name === "optimizer") showOptions();
});

// How many trials a blank field means depends on what the other fields say.
document.body.addEventListener("htmx:afterSettle", () => {
  const trials = document.getElementById("id_trials");
  const blank = document.getElementById("plan")?.dataset.trials;
  if (trials && blank) trials.placeholder = blank;
});

showOptions();
