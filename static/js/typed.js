// Keeps what is typed while the server redraws a part of the form: the answer only knows what was sent.
export function keepTyped(form, redrawn) {
  const typed = new Map();
  let waiting = false;

  const read = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
  const write = (field, value) => {
    if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else field.value = value;
  };

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (waiting && field.id) typed.set(field.id, { label: field.getAttribute("aria-label"), value: read(field) });
  });

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.id !== redrawn) return;
    waiting = true;
    typed.clear();
  });

  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== redrawn || !waiting) return;
    waiting = false;
    for (const [id, { label, value }] of typed) {
      const field = document.getElementById(id);
      // The same place may by now belong to another parameter: its label tells.
      if (field && field.getAttribute("aria-label") === label && read(field) !== value) {
        write(field, value);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    typed.clear();
  });
}
