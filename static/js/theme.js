// Sets light or dark before the first paint; loaded by base.html in <head>, on purpose without `defer`.
(() => {
  "use strict";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be switched off: the system's choice holds
    }
  }

  function apply() {
    root.dataset.theme = stored() ?? (system.matches ? "dark" : "light");
    document.dispatchEvent(new CustomEvent("theme", { detail: root.dataset.theme }));
  }

  apply();
  system.addEventListener("change", apply);
  window.addEventListener("storage", (event) => event.key === "theme" && apply());
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    try {
      localStorage.setItem("theme", root.dataset.theme === "dark" ? "light" : "dark");
      apply();
    } catch {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    }
  });
})();
