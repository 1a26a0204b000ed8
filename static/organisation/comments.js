// While somebody types "@" and the beginning of a name, a list of those who can read the comment. Without it one ticks them
// off in the list below the text, or writes the whole name.

const MOST = 6;
const plain = (text) => text.toLocaleLowerCase("nb").trim();

// By the first name, or by any other.
const begins = (name, wanted) => plain(name).split(/\s+/).some((_part, at, parts) => parts.slice(at).join(" ").startsWith(wanted));

for (const field of document.querySelectorAll("textarea[data-mentions]")) {
  const boxes = [...field.form.querySelectorAll("input[type=checkbox][name=told]")];
  if (boxes.length) offer(field, boxes.map((box) => ({ box, name: box.labels[0].textContent.trim() })));
}

function offer(field, people) {
  const list = document.createElement("ul");
  const said = document.createElement("p");
  list.className = "mention-list";
  list.id = `${field.id}_names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.form.querySelector("summary").textContent);
  list.hidden = true;
  said.className = "ds-sr-only";
  said.setAttribute("role", "status");
  field.after(list, said);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let found = [];
  let current = 0;

  // What stands between an "@" at the beginning of a word and the cursor.
  function typed() {
    const before = field.value.slice(0, field.selectionStart);
    const match = /(?:^|[^\p{L}\p{N}_])@([\p{L}\p{N}.\- ]{0,60})$/u.exec(before);
    return match && match[1];
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    said.textContent = "";
    field.removeAttribute("aria-activedescendant");
    found = [];
  }

  function mark() {
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === current)));
    field.setAttribute("aria-activedescendant", list.children[current].id);
  }

  function show() {
    const start = typed();
    if (start === null || start.startsWith(" ")) return close();
    const wanted = plain(start);
    // A whole name is whom it says; a longer one comes up with the next letter.
    if (people.some(({ name }) => plain(name) === wanted)) return close();
    found = people.filter(({ name }) => begins(name, wanted)).slice(0, MOST);
    if (!found.length) return close();
    current = 0;
    list.replaceChildren(...found.map(({ name }, place) => {
      const row = document.createElement("li");
      row.id = `${list.id}_${place}`;
      row.setAttribute("role", "option");
      row.textContent = name;
      row.addEventListener("mousedown", (event) => { event.preventDefault(); choose(place); });
      return row;
    }));
    list.hidden = false;
    said.textContent = found.map(({ name }) => name).join(", ");
    mark();
  }

  function choose(place) {
    const { box, name } = found[place];
    const end = field.selectionStart;
    const start = end - typed().length;
    field.setRangeText(`${name} `, start, end, "end");
    box.checked = true;
    box.closest("details").open = true;
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  field.addEventListener("input", show);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) current = (current + move + found.length) % found.length;
    else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); return choose(current); }
    else if (event.key === "Escape") { event.preventDefault(); return close(); }
    else return;
    event.preventDefault();
    mark();
  });
}
