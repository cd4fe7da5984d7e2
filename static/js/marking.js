// Marked trials, shared by all charts and the table through the address (`ticked`). On the analysis page a
// click on a trial marks it, a box drawn around some marks them; the bar at the foot says which.

const MOST = 200; // numbers that an address holds
const NAMED = 6;
const bar = document.getElementById("marked");

const marked = () => (new URLSearchParams(location.search).get("ticked") ?? "").split(",").filter(Boolean);

function address(path, numbers, more = {}) {
  const url = new URL(path, location.href);
  for (const [key, value] of Object.entries(more)) url.searchParams.set(key, value);
  if (numbers.length) url.searchParams.set("ticked", numbers.join(","));
  else url.searchParams.delete("ticked");
  url.search = url.search.replaceAll("%2C", ",");
  return url;
}

function mark(numbers) {
  const sorted = [...new Set(numbers.map(String))].sort((a, b) => a - b);
  const kept = sorted.slice(0, MOST);
  history.replaceState(history.state, "", address(location.href, kept));
  show(sorted.length);
  document.dispatchEvent(new CustomEvent("hpo:marked"));
}

function show(asked = 0) {
  const numbers = marked();
  if (!bar) return;
  bar.hidden = numbers.length === 0;
  const named = numbers.slice(0, NAMED).join(", ") + (numbers.length > NAMED ? " …" : "");
  const only = asked > MOST ? `the first ${MOST} of ${asked} ` : `${numbers.length} `;
  bar.querySelector("[data-marked-words]").textContent =
    `${only}trial${numbers.length === 1 ? "" : "s"} marked: ${named}`;
  bar.querySelector('[data-marked="table"]').href = address(bar.dataset.table, numbers).href;
  bar.querySelector('[data-marked="only"]').href = address(bar.dataset.table, numbers, { trial: numbers.join(",") }).href;
}

if (bar) {
  document.addEventListener("hpo:trial", (event) => {
    event.preventDefault();
    const number = String(event.detail.number);
    const numbers = marked();
    mark(numbers.includes(number) ? numbers.filter((each) => each !== number) : [...numbers, number]);
  });
  document.addEventListener("hpo:trials", (event) => mark(event.detail.numbers));
  bar.querySelector('[data-marked="none"]').addEventListener("click", () => mark([]));
  show();
}

// From tab to tab the marks go along.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#study-tabs a");
  if (link && marked().length) link.href = address(link.href, marked()).href;
});
