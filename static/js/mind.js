// The optimizer's mind: the slider replays the search. Each moment is fetched as the page of that address;
// its words replace those here, and the charts ask for the same moment.
import { morph } from "./morph.js";

const PACE = 900; // ms between two moments of a replay
const SWAPPED = ["mind-reason", "mind-weighed"];

let playing = 0;
let latest = 0;

const replay = () => document.querySelector("[data-replay]");
const moments = () => replay().dataset.moments.split(",");
const slider = () => replay().querySelector('input[type="range"]');

function pageOf(before) {
  const page = new URL(location.href);
  if (before === moments().at(-1)) page.searchParams.delete("before");
  else page.searchParams.set("before", before);
  return page;
}

async function show(at) {
  const before = moments()[at];
  if (before === undefined) return;
  const turn = ++latest;
  slider().value = at;
  slider().setAttribute("aria-valuetext", at === moments().length - 1 ? "now" : `before trial ${before}`);
  const page = pageOf(before);
  history.replaceState(history.state, "", page);
  for (const chart of document.querySelectorAll('[data-chart*="/mind_"]')) {
    const address = new URL(chart.dataset.chart, location.href);
    address.searchParams.set("before", before);
    chart.dataset.chart = address.pathname + address.search;
    chart.dispatchEvent(new CustomEvent("hpo:asked"));
  }
  const response = await fetch(page, { headers: { "X-Requested-With": "replay" } });
  if (!response.ok || turn !== latest) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of SWAPPED) {
    const wanted = fresh.getElementById(id);
    if (wanted) morph(document.getElementById(id), wanted);
  }
  button();
}

function button() {
  const play = replay().querySelector("[data-play]");
  play.setAttribute("aria-pressed", String(playing !== 0));
}

function stop() {
  clearInterval(playing);
  playing = 0;
  button();
}

function play() {
  if (playing) return stop();
  if (Number(slider().value) >= moments().length - 1) show(0);
  playing = setInterval(() => {
    const next = Number(slider().value) + 1;
    if (next >= moments().length) stop();
    else show(next);
  }, PACE);
  button();
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.('[data-replay] input[type="range"]')) return;
  stop();
  show(Number(event.target.value));
});

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-step], [data-play], [data-live-again]");
  if (!target || !replay()?.contains(target)) return;
  event.preventDefault();
  if ("play" in target.dataset) return play();
  stop();
  const last = moments().length - 1;
  const at = "step" in target.dataset ? Number(slider().value) + Number(target.dataset.step) : last;
  show(Math.min(last, Math.max(0, at)));
});

document.addEventListener("submit", (event) => event.target.matches?.("[data-replay]") && event.preventDefault());
