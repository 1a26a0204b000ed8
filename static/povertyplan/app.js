// What the pages do better with JavaScript. Nothing here is needed for any of them to work.

// An error summary takes the focus, so that screen readers and keyboards start there.
function focusErrors(root) {
  root.querySelector("[data-focus]")?.focus();
}
focusErrors(document);

// Fragments that come in place: the cursor goes where the work is.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target ?? document;
  const node = target.querySelector?.("[data-focus], [autofocus]") ?? document.querySelector(".quick-log [autofocus]");
  node?.focus();
});

// A form with unsaved text asks before the page is left.
let unsaved = false;
document.addEventListener("input", (event) => { if (event.target.closest("form[data-guard]")) unsaved = true; });
document.addEventListener("submit", () => { unsaved = false; });
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

// The log-in form and others are sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
  for (const button of event.target.querySelectorAll("button[type=submit], button:not([type])")) {
    setTimeout(() => { button.disabled = true; });
    setTimeout(() => { button.disabled = false; }, 8000);
  }
});

// Filters apply as they are chosen; the button is for those without JavaScript.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
});

// Escape closes the user menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.user-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
