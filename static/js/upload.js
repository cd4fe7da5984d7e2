// Uploads a file with a bar that says how far it is; without this script the form posts itself.
const form = document.getElementById("upload");
const input = form.querySelector("input[type=file]");
const error = document.getElementById("upload-error");
const progress = form.querySelector(".upload-progress");
const bar = progress.querySelector("progress");
const state = document.getElementById("upload-state");
const button = form.querySelector("button[type=submit]");
const zone = form.querySelector("[data-drop]");
let sending = null;

const megabytes = (bytes) => (bytes / 1e6).toLocaleString("en", { maximumFractionDigits: bytes < 1e7 ? 1 : 0 });

function say(message) {
  error.textContent = message;
  input.toggleAttribute("aria-invalid", Boolean(message));
}

function unfit(file) {
  if (!file.size) return `${file.name} is empty: choose a file with a header and rows.`;
  if (file.size <= Number(form.dataset.mostBytes)) return "";
  return (
    `${file.name} has ${megabytes(file.size)} MB, and ${form.dataset.mostMb} MB are taken: ` +
    "upload a sample of its rows, or leave columns out."
  );
}

function busy(on) {
  progress.hidden = !on;
  button.hidden = on;
  input.disabled = on;
  if (!on) sending = null;
}

function show(event) {
  if (!event.lengthComputable || !event.total) return; // an empty file has no share that has arrived
  bar.value = event.loaded / event.total;
  const percent = Math.floor((100 * event.loaded) / event.total);
  state.textContent = percent < 100 ? `${percent} % of ${megabytes(event.total)} MB` : "Reading the table …";
  if (percent === 100) bar.removeAttribute("value"); // how long reading takes nobody knows
}

function answered() {
  const there = new URL(sending.responseURL, location.href);
  if (sending.status < 400 && there.href !== form.action) {
    location.assign(there);
    return;
  }
  const page = new DOMParser().parseFromString(sending.responseText, "text/html");
  const message = page.getElementById("upload-error")?.textContent.trim();
  busy(false);
  say(message || "The server could not take the file; its log says why. Try again.");
  input.focus();
}

function send(file) {
  sending = new XMLHttpRequest();
  sending.upload.addEventListener("progress", show);
  sending.upload.addEventListener("load", () => show({ lengthComputable: true, loaded: file.size, total: file.size }));
  sending.addEventListener("load", answered);
  sending.addEventListener("error", () => {
    busy(false);
    say("The connection broke off before the file had arrived. Try again.");
  });
  sending.addEventListener("abort", () => {
    busy(false);
    say("");
  });
  sending.open("POST", form.action);
  const data = new FormData(form);
  bar.value = 0;
  state.textContent = "";
  say("");
  busy(true);
  sending.send(data);
}

form.addEventListener("submit", (event) => {
  const file = input.files[0];
  if (!file) return; // the browser asks for one
  event.preventDefault();
  if (sending) return;
  const problem = unfit(file);
  if (problem) say(problem);
  else send(file);
});

input.addEventListener("change", () => say(input.files[0] ? unfit(input.files[0]) : ""));
form.querySelector("[data-cancel]").addEventListener("click", () => sending?.abort());

// A file may be dropped anywhere on the field.
for (const name of ["dragover", "dragleave", "drop"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.toggle("dropping", name === "dragover");
  });
}
zone.addEventListener("drop", (event) => {
  if (sending || !event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

window.addEventListener("pageshow", () => sending || busy(false));
