// The sign-in page: a pasted link, or only its secret, is opened.
const form = document.querySelector("[data-sign-in]");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pasted = form.querySelector("input").value.trim();
  const secret = pasted.replace(/[?#].*$/, "").replace(/\/+$/, "").split("/").pop();
  if (secret) location.assign(`${form.dataset.signIn}${encodeURIComponent(secret)}/`);
});
