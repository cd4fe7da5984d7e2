// The analysis page: what is chosen of a chart goes into the page's address and into the chart's.

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-controls]");
  if (!form) return;
  const chart = form.closest("section").querySelector("[data-chart]");
  const page = new URL(location.href);
  const address = new URL(chart.dataset.chart, location.href);
  for (const [key, value] of new FormData(form)) {
    page.searchParams.set(`${form.dataset.controls}.${key}`, value);
    address.searchParams.set(key, value);
  }
  history.replaceState(history.state, "", page);
  chart.dataset.chart = address.pathname + address.search;
  chart.dispatchEvent(new CustomEvent("hpo:asked"));
});

document.addEventListener("submit", (event) => event.target.matches?.("[data-controls]") && event.preventDefault());
