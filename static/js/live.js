// Live pages: one poll per page. <main data-live="URL" data-live-every="1000" data-live-etag='"…"'>.
// 304 = nothing changed; 200 = fragments, each swapped into the element of the same id; 204 = all is over.
// Sends "hpo:refresh" on document after a change: charts.js refreshes its figures then.
import { setServerTime, tick } from "./clock.js";
import { morph } from "./morph.js";

const HIDDEN_FACTOR = 10;
const PATIENCE = 8000; // ms that an answer may take
const SLOWEST_RETRY = 15000;

const page = document.querySelector("[data-live]");
const banner = document.getElementById("connection");
let etag = page?.dataset.liveEtag ?? "";
let every = Number(page?.dataset.liveEvery ?? 0);
let failures = 0;
let timer = 0;
let polling = false;
let again = false;
let seen = Date.now();

function schedule(delay) {
  clearTimeout(timer);
  if (page && every > 0) timer = setTimeout(poll, delay);
}

function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const fragment of [...fresh.body.children]) {
    const old = document.getElementById(fragment.id);
    if (old) morph(old, fragment);
  }
  if (window.htmx) htmx.process(page);
  const say = document.querySelector("[data-say]")?.dataset.say ?? "";
  const announcer = document.getElementById("announcer");
  if (say && announcer && announcer.dataset.said !== say) {
    if (announcer.dataset.said !== undefined) announcer.textContent = say;
    announcer.dataset.said = say;
  }
  tick();
  const revision = Number(document.querySelector("[data-revision]")?.dataset.revision ?? NaN);
  const detail = Number.isNaN(revision) ? {} : { revision };
  document.dispatchEvent(new CustomEvent("hpo:refresh", { detail }));
}

function connected(fine) {
  if (!banner) return;
  banner.hidden = fine;
  if (!fine) {
    banner.querySelector("[data-seen]").textContent = new Date(seen).toLocaleTimeString();
  }
}

// The address may have changed since the page was loaded: sorting and filtering only replace the table.
function liveAddress() {
  const address = new URL(page.dataset.live, location.href);
  const asked = new URLSearchParams(location.search);
  for (const name of new Set(asked.keys())) address.searchParams.delete(name);
  asked.forEach((value, name) => address.searchParams.append(name, value));
  return address;
}

async function fetchPage() {
  const response = await fetch(liveAddress(), {
    headers: { "If-None-Match": etag, "X-Requested-With": "live" },
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.type === "opaqueredirect") location.reload(); // signed out meanwhile
  if (response.status === 404) location.assign("/"); // deleted meanwhile
  if (response.status !== 304 && !response.ok) throw new Error(`answer ${response.status}`);
  return response;
}

async function poll() {
  if (polling) {
    again = true;
    return;
  }
  polling = true;
  const asked = location.search;
  try {
    const response = await fetchPage();
    setServerTime(response.headers.get("Date"));
    every = Number(response.headers.get("X-Live-Every") ?? every);
    if (response.status === 200) {
      const html = await response.text();
      // An answer to what was asked before the reader sorted or filtered is of no use.
      if (asked === location.search) {
        etag = response.headers.get("ETag") ?? "";
        swap(html);
      } else {
        again = true;
      }
    }
    failures = 0;
    seen = Date.now();
    connected(true);
  } catch {
    failures += 1;
    if (failures > 1) connected(false); // one lost answer is no news
  }
  polling = false;
  if (again) {
    again = false;
    schedule(0);
  } else if (failures) {
    schedule(Math.min(SLOWEST_RETRY, 1000 * 2 ** Math.min(failures, 4)));
  } else {
    schedule(document.hidden ? every * HIDDEN_FACTOR : every);
  }
}

if (page) {
  schedule(every);
  document.addEventListener("visibilitychange", () => document.hidden || schedule(0));
  window.addEventListener("online", () => schedule(0));
  document.addEventListener("hpo:look", () => schedule(0)); // the address asks for something else
  document.addEventListener("click", (event) => event.target.closest?.("[data-retry]") && schedule(0));
  const now = () => {
    every = every || 1000;
    schedule(0);
  };
  document.addEventListener("hpo:changed", now); // a dialog has changed something
  // A pause or stop shows at once; an ended study that goes on again is followed again.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.closest?.("[data-live-now]") && event.detail.successful) now();
  });
}
