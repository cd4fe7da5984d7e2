// The table of trials: ticked rows live in the address, panels close on Escape and on a click elsewhere.
// Without scripts the ticks travel with the filters' form.

const ticksOf = (address) =>
  new Set((new URL(address, location.href).searchParams.get("ticked") ?? "").split(",").filter(Boolean));

function withTicks(address, numbers) {
  const url = new URL(address, location.href);
  const list = [...numbers].sort((a, b) => a - b).join(",");
  const rest = url.search.replace(/^\?/, "").split("&").filter((pair) => pair && !pair.startsWith("ticked="));
  url.search = [...rest, ...(list ? [`ticked=${list}`] : [])].join("&");
  return url;
}

function showTicks(numbers) {
  const bar = document.getElementById("ticks");
  if (!bar) return;
  const list = [...numbers].sort((a, b) => a - b).join(",");
  bar.hidden = numbers.size === 0;
  bar.querySelector("[data-ticks-count]").textContent = `${numbers.size} trial${numbers.size === 1 ? "" : "s"} ticked`;
  for (const name of ["csv", "json", "only"]) {
    bar.querySelector(`[data-ticks="${name}"]`).href = `${bar.dataset[name]}?trial=${list}`;
  }
  bar.querySelector('[data-ticks="none"]').href = withTicks(location.href, new Set()).href;
  for (const box of document.querySelectorAll('#study-trials tbody input[name="ticked"]')) {
    box.checked = numbers.has(box.value);
  }
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.name !== "ticked" || !box.closest("#study-trials tbody")) return;
  const numbers = ticksOf(location.href);
  if (box.checked) numbers.add(box.value);
  else numbers.delete(box.value);
  history.replaceState(history.state, "", withTicks(location.href, numbers));
  showTicks(numbers);
  document.dispatchEvent(new CustomEvent("hpo:marked"));
});

// Links were written before the last tick.
document.addEventListener("htmx:configRequest", (event) => {
  const from = event.target;
  if (!from.closest?.("#study-trials") || from.dataset.ticks || event.detail.verb !== "get") return;
  if (from.tagName === "A") event.detail.path = withTicks(event.detail.path, ticksOf(location.href)).href;
});

document.addEventListener("click", (event) => {
  for (const panel of document.querySelectorAll("details.pop[open]")) {
    if (!panel.contains(event.target)) panel.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const panel = document.querySelector("details.pop[open]");
  if (!panel) return;
  panel.open = false;
  panel.querySelector("summary").focus();
});
