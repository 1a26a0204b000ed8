// What the pages do better with JavaScript. Nothing here is needed for any of them to work.

const TYPED = "textarea, input:not([type]), input:is([type=text], [type=search], [type=email], [type=tel], [type=url], [type=number], [type=date])";
const content = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);

// An error summary takes the focus, so that screen readers and keyboards start there.
document.querySelector("[data-focus]")?.focus();

// Menus in one row on a phone: where one is, is in sight.
for (const current of document.querySelectorAll(".site-nav [aria-current], .sections.one-row [aria-current]")) {
  const row = current.closest("nav");
  row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
}

// Fragments that come in place: the cursor goes where the work is. When a form was replaced by its answer, htmx sends this
// event from the answer.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const place = ctx.target?.isConnected ? ctx.target : event.target;
  if (ctx.swap === "none" || place === document) return;
  for (const notice of document.querySelectorAll("[data-logged-out]")) notice.remove();
  const form = place.matches("form[data-guard]") ? place : place.querySelector("form[data-guard]");
  if (form && ctx.response?.status === 422) unsaved.add(form);
  for (const selector of ["[data-focus]", "[autofocus]"]) {
    const node = place.matches(selector) ? place : place.querySelector(selector);
    if (node) return node.focus();
  }
});

// A form with unsaved text asks before the page is left.
const unsaved = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) unsaved.add(form);
});
window.addEventListener("beforeunload", (event) => {
  if ([...unsaved].some((form) => form.isConnected)) event.preventDefault();
});

// The token in a form is that of the log-in when the page was made. After a log-in in another tab the cookie has the new one.
function freshToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}
document.addEventListener("submit", (event) => {
  const field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
  if (field && freshToken()) field.value = freshToken();
}, true);
document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  const token = freshToken();
  if (!token) return;
  request.headers["X-CSRFToken"] = token;
  if (request.body?.has?.("csrfmiddlewaretoken")) request.body.set("csrfmiddlewaretoken", token);
});

// A form is sent once, however often the button is pressed. (What htmx sends, htmx sends once.)
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
  unsaved.delete(event.target);
  for (const button of event.target.querySelectorAll("button[type=submit], button:not([type])")) {
    setTimeout(() => { button.disabled = true; });
    setTimeout(() => { button.disabled = false; }, 8000);
  }
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

// Long forms save as they go: one request at a time, and a button waits for the one that is under way, so that nobody's own
// saving stands against her as somebody else's. What has been saved asks no more before the page is left; where nothing was
// saved and the server has not said why, the page says so.
const ANSWERED = [200, 401, 409, 422];
const typing = new WeakMap(); // how often a form has been changed
const saving = new WeakMap(); // what that was when the request under way was made
const savedForm = (event) => event.detail.ctx.sourceElement.closest?.("form[data-autosaved]");
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosaved]");
  if (form) typing.set(form, (typing.get(form) ?? 0) + 1);
});
document.addEventListener("htmx:before:request", (event) => {
  const form = savedForm(event);
  if (!form) return;
  if (form.dataset.sent) event.preventDefault();
  else saving.set(form, typing.get(form));
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = savedForm(event);
  if (!form) return;
  const status = event.detail.ctx.response?.status;
  if (status === 200 && saving.get(form) === typing.get(form)) unsaved.delete(form);
  if (saving.has(form) && !ANSWERED.includes(status)) {
    event.detail.ctx.sourceElement.replaceChildren(content("not-saved-notice"));
    unsaved.add(form);
  }
  saving.delete(form);
  form.dispatchEvent(new Event("autosave:done"));
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-autosaved]")) return;
  if (!saving.has(form)) { form.dataset.sent = "yes"; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  form.addEventListener("autosave:done", () => form.requestSubmit(submitter), { once: true });
}, true);
// Going back to one that was sent: what stands there now, with the version it has.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-autosaved]")) location.reload();
});

// A reason is asked for where the answer is another than the known one; otherwise the field for it is out of sight.
function showReason(question) {
  const reason = question.querySelector("details.why");
  if (!reason) return;
  const known = JSON.parse(question.dataset.known || "null");
  const typed = question.querySelector("input:not([type=radio], [type=checkbox])");
  const number = (text) => Number(text.replace(/\s/g, "").replace(",", "."));
  const given = typed ? [typed.value].filter((text) => text.trim()) : [...question.querySelectorAll("input:checked")].map((input) => input.value);
  const sameAs = typed ? (value) => number(value) === number(known[0]) : (value) => known.includes(value);
  const follows = given.length === 0 || !known || (given.length === known.length && given.every(sameAs));
  const needed = !follows || question.querySelector(".hint").textContent !== "";
  reason.hidden = !needed && question.querySelector(".why textarea").value === "";
  if (needed) reason.open = true;
}
for (const question of document.querySelectorAll("form[data-autosaved] .question")) showReason(question);
document.addEventListener("input", (event) => {
  const question = event.target.closest("form[data-autosaved] .question");
  if (question && !event.target.closest(".why")) showReason(question);
});
document.addEventListener("htmx:after:swap", (event) => {
  for (const question of savedForm(event)?.querySelectorAll(".question") ?? []) showReason(question);
});

// The quick form: pressing "Loggfør" again leads to the form that is open, and "Avbryt" closes it where it is.
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, target } = event.detail.ctx;
  const open = sourceElement.matches("a") && target?.querySelector?.("form.quick-log");
  if (!open) return;
  event.preventDefault();
  open.querySelector(TYPED).focus();
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-close-quick-log]")?.closest("form.quick-log[hx-post]");
  if (!form || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const opener = document.querySelector(`a[hx-get="${CSS.escape(form.getAttribute("hx-post"))}"]`);
  form.remove();
  opener?.focus();
});

// The session ended while the page was open: what was typed stays where it is, with a word about it above.
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status !== 401) return;
  const place = ctx.sourceElement.matches("form") ? ctx.sourceElement : ctx.target;
  let notice = place.querySelector("[data-logged-out]");
  if (!notice) {
    notice = content("logged-out-notice");
    if (ctx.request.method === "GET") notice.querySelector("[data-typed]").remove();
    place.prepend(notice);
    notice.focus();
  } else if (ctx.request.method !== "GET") {
    notice.focus();
  }
});

// The same for a whole page: what a form was sent with is kept in this tab until the server has taken it. Text only, and
// for the same user only; gone when she logs out. Hidden fields go with it, so that nobody's newer text is written over.
const drafts = {
  prefix: "draft:",
  user: document.querySelector("meta[name=user]")?.content,
  all() {
    try {
      return Object.keys(sessionStorage).filter((key) => key.startsWith(this.prefix)).map((key) => [key, JSON.parse(sessionStorage.getItem(key))]);
    } catch { return []; }
  },
  write(key, draft) { try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* full, or not allowed */ } },
  clear() { for (const [key] of this.all()) sessionStorage.removeItem(key); },
};
const KEPT = `${TYPED}, input[type=hidden]:not([name=csrfmiddlewaretoken])`;
const fieldsOf = (form, selector) => [...form.querySelectorAll(selector)].filter((field) => field.name);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-logout]")) { drafts.clear(); otherTabs?.postMessage("logout"); }
  if (event.defaultPrevented || form.hasAttribute("hx-post") || !form.matches("form[data-guard]") || !drafts.user) return;
  const values = Object.fromEntries(form.matches("[data-paged]") ? new FormData(form) : fieldsOf(form, KEPT).map((field) => [field.name, field.value]));
  delete values.csrfmiddlewaretoken;
  drafts.write(drafts.prefix + location.pathname, { user: drafts.user, url: location.pathname + location.search, kept: false, values });
});
const otherTabs = "BroadcastChannel" in window ? new BroadcastChannel("povertyplan") : null;
otherTabs?.addEventListener("message", () => drafts.clear());

window.addEventListener("pageshow", (event) => {
  if (event.persisted) return;
  const explanation = document.querySelector("[data-draft-kept]");
  for (const [key, draft] of drafts.all()) {
    if (drafts.user && drafts.user !== draft.user) {
      sessionStorage.removeItem(key);
    } else if (explanation && !draft.kept) {
      // Not taken: it is offered when the form is opened again.
      drafts.write(key, { ...draft, kept: true });
      explanation.hidden = false;
      document.querySelector("[data-no-draft]").hidden = true;
      const link = explanation.querySelector("a");
      if (link) link.href = draft.url;
    } else if (drafts.user && !draft.kept) {
      sessionStorage.removeItem(key); // the server has answered: it is saved, or stands in the form with a message
    } else if (drafts.user && key === drafts.prefix + location.pathname) {
      offer(key, draft);
    }
  }
});

function offer(key, draft) {
  const form = [...document.querySelectorAll("form[data-guard]")].find((form) => fieldsOf(form, TYPED).some((field) => field.name in draft.values));
  const paged = form?.matches("[data-paged]"); // it has fields for some of the rows only: the server shows what was sent
  if (!form || (!paged && fieldsOf(form, TYPED).every((field) => (draft.values[field.name] ?? field.value) === field.value))) return;
  const notice = content("draft-notice");
  const done = () => {
    sessionStorage.removeItem(key);
    notice.remove();
    form.querySelector(TYPED).focus();
  };
  notice.querySelector("[data-use-draft]").addEventListener("click", () => {
    if (paged) return sendAgain(form, { ...draft.values, side: draft.values.her }, done);
    for (const field of fieldsOf(form, KEPT)) if (field.name in draft.values) field.value = draft.values[field.name];
    unsaved.add(form);
    done();
  });
  notice.querySelector("[data-drop-draft]").addEventListener("click", done);
  form.before(notice);
  notice.focus();
}

function sendAgain(form, values, done) {
  const again = form.cloneNode(false);
  again.append(form.querySelector("input[name=csrfmiddlewaretoken]").cloneNode());
  for (const [name, value] of Object.entries(values)) again.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  done();
  unsaved.delete(form);
  form.after(again);
  again.requestSubmit();
}

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

// Paper is white, whatever the screen is.
addEventListener("beforeprint", () => { document.documentElement.dataset.colorScheme = "light"; });
addEventListener("afterprint", () => { document.documentElement.dataset.colorScheme = "auto"; });

// Print what the page is made for, and copy an address: buttons that are there only where they can do it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.copied;
  });
}

// A list that was filtered without leaving the page is saved with the choices it has now.
document.addEventListener("submit", ({target}) => {
  if (target.closest(".save-view") && target.elements.query) target.elements.query.value = location.search.slice(1);
}, true); // before htmx reads the form
