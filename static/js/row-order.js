// The order of the rows: dragged by their handle, moved by the handle's arrow keys, by Alt and an arrow
// anywhere in a row, or by the buttons in its details. The hidden places are what the server reads.
const rowsOf = (row) => [...row.parentElement.querySelectorAll(":scope > .row")];
const nameOf = (row) => row.querySelector("[name$='-name']")?.value.trim() || "the new parameter";

function say(text) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = text;
}

// Write the places down, and tell the form that it has changed.
function settle(row) {
  const rows = rowsOf(row);
  rows.forEach((one, place) => (one.querySelector(".place").value = String(place)));
  row.querySelector(".place").dispatchEvent(new Event("input", { bubbles: true }));
  say(`${nameOf(row)} is now ${rows.indexOf(row) + 1} of ${rows.length}`);
}

function move(row, by) {
  const rows = rowsOf(row);
  const at = rows.indexOf(row);
  const to = Math.max(0, Math.min(rows.length - 1, at + by));
  const focused = document.activeElement;
  if (to === at) return say(`${nameOf(row)} is ${by < 0 ? "the first" : "the last"} already`);
  if (by < 0) rows[to].before(row);
  else rows[to].after(row);
  if (row.contains(focused) || focused === document.body) focused.focus();
  row.scrollIntoView({ block: "nearest" });
  settle(row);
}

function drag(handle, event) {
  const row = handle.closest(".row");
  const before = rowsOf(row).indexOf(row);
  handle.setPointerCapture(event.pointerId);
  row.classList.add("is-dragged");
  const follow = (moved) => {
    for (const other of rowsOf(row)) {
      if (other === row) continue;
      const box = other.getBoundingClientRect();
      const below = row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (below && moved.clientY > box.top + box.height / 2) other.after(row);
      if (!below && moved.clientY < box.top + box.height / 2) return other.before(row);
    }
  };
  const end = () => {
    handle.removeEventListener("pointermove", follow);
    handle.removeEventListener("lostpointercapture", end);
    row.classList.remove("is-dragged");
    if (rowsOf(row).indexOf(row) !== before) settle(row);
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("lostpointercapture", end);
}

export function keepOrder(form) {
  form.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    drag(handle, event);
  });
  form.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest(".row");
    if (!by || !row || !(event.altKey || event.target.closest("[data-handle]"))) return;
    event.preventDefault();
    move(row, by);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    move(button.closest(".row"), Number(button.dataset.move));
  });
}
