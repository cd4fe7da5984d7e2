// Menus are <details class="menu">: they open without this. Here: Escape, a click elsewhere, arrow keys.
const open = () => document.querySelector("details.menu[open]");

function close(menu, refocus) {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const inside = menu.contains(event.target);
    if (!inside || event.target.closest(".menu-item")) close(menu, false);
  }
});

document.addEventListener("keydown", (event) => {
  const menu = open();
  if (!menu) return;
  if (event.key === "Escape") close(menu, true);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...menu.querySelectorAll(".menu-item")].filter((item) => item.offsetParent);
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length + (at < 0 && step < 0 ? 1 : 0)) % items.length]?.focus();
  event.preventDefault();
});
