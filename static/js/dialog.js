// Forms as dialogs: <a data-dialog href="…"> opens the form of that page in a <dialog>. Without this script
// the link leads to the page. What the server refuses is shown in the dialog; nothing typed is lost.
const HEADERS = { "X-Requested-With": "dialog" };
let opener = null;

function element() {
  let dialog = document.getElementById("dialog");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "dialog";
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "dialog-title");
    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      // Live updates may have put another element in the place of the one that opened it.
      const place = opener?.isConnected ? opener : document.getElementById("content");
      (place.closest("details.menu")?.querySelector("summary") ?? place).focus();
    });
    document.body.append(dialog);
  }
  return dialog;
}

function show(html) {
  const dialog = element();
  dialog.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  if (!dialog.open) dialog.showModal();
  const wrong = [...dialog.querySelectorAll(".error")].find((error) => error.textContent.trim());
  const field = wrong?.closest(".field")?.querySelector("input, select, textarea");
  (field ?? dialog.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
}

// The page changes around the dialog too little to tell: the same banner as where no script runs.
function saved() {
  document.getElementById("saved")?.remove();
  const banner = Object.assign(document.createElement("div"), { id: "saved", className: "banner" });
  banner.setAttribute("role", "status");
  document.getElementById("content").prepend(banner);
  banner.append(Object.assign(document.createElement("p"), { textContent: "Saved." }));
}

async function ask(link) {
  const response = await fetch(link.href, { headers: HEADERS });
  if (!response.ok || response.redirected) throw new Error(`answer ${response.status}`);
  opener = link;
  show(await response.text());
}

async function send(form) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", headers: HEADERS, body: new FormData(form) });
    if (response.status === 204) {
      element().close();
      document.dispatchEvent(new CustomEvent("hpo:changed"));
      saved();
    } else if (response.ok || response.status === 422) {
      show(await response.text());
    } else {
      form.submit(); // the whole page says what is wrong
    }
  } catch {
    button.disabled = false;
    form.querySelector("#dialog-offline")?.remove();
    const words = Object.assign(document.createElement("p"), { id: "dialog-offline", className: "error" });
    words.setAttribute("role", "alert");
    words.textContent = "The server cannot be reached. Nothing is lost: try again in a moment.";
    button.closest(".confirm-actions").before(words);
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#dialog [data-dialog-close]") || event.target.id === "dialog") {
    event.preventDefault();
    element().close();
    return;
  }
  const link = event.target.closest?.("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  ask(link).catch(() => location.assign(link.href));
});

document.addEventListener("submit", (event) => {
  if (!event.target.closest("#dialog")) return;
  event.preventDefault();
  send(event.target);
});
