// Copy buttons: <button data-copy="#id"> copies that element's text and says so for two seconds.
async function write(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // plain http on a local network has no clipboard API
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copying was refused");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const say = document.getElementById("announcer");
  try {
    await write(source.value ?? source.textContent);
    button.classList.add("copied");
    if (say) say.textContent = "Copied";
    setTimeout(() => button.classList.remove("copied"), 2000);
  } catch {
    getSelection().selectAllChildren(source); // at least one key press away
  }
});
