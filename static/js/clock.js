// Keeps "12 s ago" true between two updates: ticks every <time data-ago>, in the words of trials/wording.py.
const NBSP = "\u00a0";

export function ago(seconds) {
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds}${NBSP}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NBSP}min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}${NBSP}h ago`;
  const days = Math.floor(seconds / 86400);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

// The server's clock decides: the page may be on a machine whose clock is wrong.
let skew = 0;
export function setServerTime(header) {
  const server = Date.parse(header ?? "");
  if (Number.isFinite(server)) skew = server - Date.now();
}

export function tick() {
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = Math.max(0, Math.floor((now - Date.parse(time.dateTime)) / 1000));
    const text = ago(seconds);
    if (time.textContent !== text) time.textContent = text;
  }
}

setInterval(() => document.hidden || tick(), 1000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
