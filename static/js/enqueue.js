// The form of one configuration: parameters that are not active with the choices made are dimmed and skipped.
const form = document.getElementById("configuration");

function holds({ field, texts, range }) {
  const parent = form.elements[field];
  if (parent.disabled) return false;
  const text = parent.value || parent.placeholder || "";
  if (texts) return texts.includes(text);
  const number = Number(text);
  return text !== "" && !(number < (range.min ?? -Infinity)) && !(number > (range.max ?? Infinity));
}

function refresh() {
  // Parents may come after their children: repeat until nothing changes.
  const rows = [...form.querySelectorAll("[data-conditions]")];
  for (let round = 0, changed = true; changed && round <= rows.length; round += 1) {
    changed = false;
    for (const row of rows) {
      const field = row.querySelector("input, select");
      const active = JSON.parse(row.dataset.conditions).every(holds);
      if (field.disabled === active) {
        field.disabled = !active;
        row.classList.toggle("is-inactive", !active);
        changed = true;
      }
    }
  }
}

if (form) {
  form.addEventListener("input", refresh);
  refresh();
}
