// The home page's search and filters: what is typed or chosen goes into the address at once, and the list
// follows it (live.js asks for whatever the address says). Without scripts the form is sent as it is.

const PAUSE = 200; // ms after the last key
let timer = 0;

function selected(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value && !(name === "sort" && value === "newest")) query.set(name, value);
  }
  return query.toString();
}

function look(form) {
  const query = selected(form);
  if (query === location.search.slice(1)) return;
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
  document.dispatchEvent(new CustomEvent("hpo:look"));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-selection]");
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(() => look(form), event.target.type === "search" ? PAUSE : 0);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-selection]");
  if (!form) return;
  event.preventDefault();
  look(form);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  document.querySelector("[data-selection] [type=search]")?.focus();
});

// Studies ticked for a comparison: the button says how many; without scripts it works all the same.
function countTicked() {
  const words = document.querySelector("[data-compare]");
  const number = document.querySelectorAll(".tick-cell input:checked").length;
  if (words) words.textContent = number ? `${words.dataset.compare} ${number}` : words.dataset.compare;
}

document.addEventListener("change", (event) => event.target.closest(".tick-cell") && countTicked());
document.addEventListener("hpo:refresh", countTicked); // a ticked row may have gone
countTicked();
