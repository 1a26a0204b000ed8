// The search box: "/" leads to it from anywhere, arrows lead through what it suggests, Escape closes that.

const box = [...document.querySelectorAll("[data-search-box]")];
const found = document.getElementById("site-search-found");
const said = document.getElementById("site-search-said");

const isWriting = (node) => node.isContentEditable || node.matches("input, textarea, select");
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const seen = box.find((input) => input.offsetParent);
  const link = document.querySelector(".site-search-link");
  if (!seen && !link) return;
  event.preventDefault();
  (seen ?? link).focus();
  seen?.select();
});

if (found) {
  const form = found.closest("form");
  const close = () => { found.replaceChildren(); said.textContent = ""; };
  document.addEventListener("htmx:after:swap", () => {
    const list = found.querySelector("[data-said]");
    // An answer that comes after she has gone on is none any more.
    if (list && !form.contains(document.activeElement)) close();
    else said.textContent = list?.dataset.said ?? "";
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && found.firstElementChild) {
      event.preventDefault();
      form.querySelector("input").focus();
      close();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const places = [form.querySelector("input"), ...found.querySelectorAll("a")];
    if (!step || places.length === 1) return;
    const here = places.indexOf(document.activeElement);
    event.preventDefault();
    places[(here + step + places.length) % places.length].focus();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
}
