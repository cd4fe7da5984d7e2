// The playground: asks for a picture with the form's values, looks until a worker has computed it, draws it and
// plays its steps. One question is under way at a time; what is changed meanwhile is asked for next.
import { bindPoints } from "./playground-points.js";

const FIRST_LOOK = 60; // ms; a worker that is idle has most pictures by then or soon after
const SLOWEST_LOOK = 400;
const ASK_AGAIN = 2000; // ms after which a message to the workers may have been lost
const LONG = 1500; // ms after which the page says that it waits
const RETRY = 4000;
const SETTLED = 120; // ms without a change of a slider
const PACE = 700; // ms between two steps

const form = document.querySelector("[data-playground]");
const player = form.querySelector("[data-player]");
const said = document.getElementById("said");
const nobody = document.getElementById("nobody");
const sleep = (delay) => new Promise((done) => setTimeout(done, delay));

let picture; // the newest answer
let wanted = false;
let asking = false;
let timer = 0;
let playing = 0;

// --- asking ------------------------------------------------------------------------------------------------
function fields() {
  return [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
}

// The address is a link to exactly this view.
function keepAddress() {
  const page = new URL(location.href);
  page.search = new URLSearchParams(fields()).toString();
  history.replaceState(history.state, "", page);
}

function askSoon(delay = 0) {
  clearTimeout(timer);
  timer = setTimeout(ask, delay);
}

async function ask() {
  wanted = true;
  if (asking) return;
  asking = true;
  while (wanted) {
    wanted = false;
    keepAddress();
    try {
      await answered(await computed());
    } catch {
      say("The server does not answer.", "It is asked again in a moment.");
      askSoon(RETRY);
    }
  }
  asking = false;
}

async function computed() {
  const put = () => fetch(form.action, { method: "POST", body: new FormData(form), cache: "no-store" });
  const begun = performance.now();
  let posted = begun;
  let answer = await put();
  for (let pause = FIRST_LOOK; answer.status === 202; pause = Math.min(SLOWEST_LOOK, pause * 1.25)) {
    const { look } = await answer.json();
    await sleep(pause);
    if (performance.now() - begun > LONG) say("A worker computes the picture…", "");
    if (performance.now() - posted < ASK_AGAIN) {
      answer = await fetch(look, { cache: "no-store" });
    } else {
      posted = performance.now();
      answer = await put();
    }
  }
  return answer;
}

async function answered(answer) {
  if (answer.redirected) return location.reload(); // signed out meanwhile
  const found = await answer.json();
  nobody.hidden = answer.status !== 503;
  showFaults(answer.status === 422 ? found.fields : {});
  if (answer.ok) return show(found);
  if (answer.status === 503) {
    nobody.querySelector("[data-message]").textContent = found.message;
    nobody.querySelector("[data-command]").textContent = found.command;
    say("", picture ? "The picture is that of before: no worker is there." : "");
  } else if (answer.status === 422) {
    return say("", "The picture is that of before: see what is wrong beside the field.");
  } else {
    say("", found.message);
  }
  if (answer.status !== 502) askSoon(RETRY);
}

function showFaults(faults) {
  for (const place of form.querySelectorAll('.error[id^="error-"]')) {
    const name = place.id.slice("error-".length);
    place.textContent = faults[name] ?? "";
    const field = document.getElementById(`field-${name}`);
    if (name in faults) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
}

function say(lead, rest) {
  const strong = document.createElement("b");
  strong.textContent = lead;
  said.replaceChildren(strong, ` ${rest}`);
}

// --- drawing and stepping --------------------------------------------------------------------------------
function show(found) {
  const atEnd = !picture || step() === last();
  picture = found;
  say(found.lead, found.rest);
  player.hidden = found.steps.length < 2;
  slider().max = last();
  go(atEnd ? last() : Math.min(step(), last()));
  document.dispatchEvent(new CustomEvent("hpo:played", { detail: found }));
}

const slider = () => player.querySelector('input[type="range"]');
const step = () => Number(slider().value);
const last = () => Math.max(0, picture.steps.length - 1);

function go(at) {
  slider().value = at;
  const words = picture.steps[at] ?? "";
  slider().setAttribute("aria-valuetext", words);
  player.querySelector("[data-step-words]").textContent = words;
  for (const chart of form.querySelectorAll("[data-panel]")) {
    const { figure, frames, sentence } = picture.figures[chart.dataset.panel];
    const frame = frames[at] ?? {};
    const data = figure.data.map((trace, place) => ({ ...trace, ...frame[place] }));
    const detail = { figure: { data, layout: figure.layout }, lead: "", sentence };
    chart.dispatchEvent(new CustomEvent("hpo:figure", { detail }));
  }
}

function stop() {
  clearInterval(playing);
  playing = 0;
  player.querySelector("[data-play]").setAttribute("aria-pressed", "false");
}

function play() {
  if (playing) return stop();
  if (step() === last()) go(0);
  player.querySelector("[data-play]").setAttribute("aria-pressed", "true");
  playing = setInterval(() => {
    if (step() < last()) go(step() + 1);
    if (step() === last()) stop();
  }, PACE);
}

player.addEventListener("input", () => {
  stop();
  go(step());
});
player.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step], [data-play]");
  if (!button || !picture) return;
  if ("play" in button.dataset) return play();
  stop();
  go(Math.min(last(), Math.max(0, step() + Number(button.dataset.step))));
});

// --- what the reader changes -------------------------------------------------------------------------------
form.addEventListener("input", (event) => {
  const { slider: twin } = event.target.dataset;
  if (twin) document.getElementById(twin).value = event.target.value;
  const own = event.target.id && form.querySelector(`[data-slider="${event.target.id}"]`);
  if (own) own.value = event.target.value;
  if (twin || event.target.name) askSoon(SETTLED);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
form.querySelector("[data-redraw]")?.addEventListener("click", () => {
  const seed = form.querySelector("[data-seed]");
  seed.value = (Number(seed.value) + 1) % (Number(seed.dataset.seed) + 1) || 0;
  stop();
  ask();
});

bindPoints(form, ask);
ask();
