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

// The row itself stays where it is in the document, so that focus and a drag survive: its neighbour moves.
function swap(row, by) {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other?.matches(".row")) return false;
  if (by < 0) row.after(other);
  else row.before(other);
  return true;
}

function move(row, by) {
  if (!swap(row, by)) return say(`${nameOf(row)} is ${by < 0 ? "the first" : "the last"} already`);
  row.scrollIntoView({ block: "nearest" });
  settle(row);
}

function passes(row, by, y) {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other?.matches(".row")) return false;
  const box = other.getBoundingClientRect();
  const middle = box.top + box.height / 2;
  return by < 0 ? y < middle : y > middle;
}

function drag(handle, event) {
  const row = handle.closest(".row");
  const before = rowsOf(row).indexOf(row);
  handle.setPointerCapture(event.pointerId);
  row.classList.add("is-dragged");
  const follow = (moved) => {
    for (const by of [-1, 1]) while (passes(row, by, moved.clientY)) swap(row, by);
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
