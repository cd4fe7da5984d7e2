// A report's own server: the scripts that draw ask for a chart's JSON, and it is read from the file itself.
// Nothing leaves the file; its policy would refuse it too.
(() => {
  "use strict";
  window.fetch = async (address) => {
    const kept = JSON.parse(document.getElementById("answers").textContent);
    const name = String(address).replace("#", "").split("?")[0];
    return new Response(JSON.stringify(kept[name]), { status: name in kept ? 200 : 404 });
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
