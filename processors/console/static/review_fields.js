// The values of a document: which one is looked at, and what was changed.

export class Fields {
  // `chosen` is told which field is looked at now, `changed` that something was changed.
  constructor({ chosen, changed }) {
    this.list = document.getElementById("fields");
    this.onChosen = chosen;
    this.onChanged = changed;
    this.changes = new Map();
    this.active = null;
    this.list?.addEventListener("focusin", (event) => this.choose(event.target.closest(".field")));
    this.list?.addEventListener("click", (event) => {
      const field = event.target.closest(".field");
      if (!field) return;
      this.choose(field);
      if (event.target.matches(".absent")) this.absent(field);
    });
    this.list?.addEventListener("change", (event) => {
      if (event.target.matches("input")) this.write(event.target.closest(".field"));
    });
    for (const button of document.querySelectorAll("[data-list]")) {
      button.addEventListener("click", () => this.add(button));
    }
  }

  get all() {
    return [...(this.list?.querySelectorAll(".field") ?? [])];
  }

  choose(field) {
    if (!field || field === this.active) return;
    this.active?.classList.remove("active");
    this.active = field;
    field.classList.add("active");
    field.scrollIntoView({ block: "nearest" });
    this.onChosen(field);
  }

  step(by, only = () => true) {
    const all = this.all;
    let place = all.indexOf(this.active);
    for (let tries = 0; tries < all.length; tries += 1) {
      place = (place + by + all.length) % all.length;
      if (only(all[place])) return this.choose(all[place]);
    }
  }

  input(field = this.active) {
    return field?.querySelector("input");
  }

  // The words of a page are the value.
  point(page, words, text) {
    this.set(this.active, { page, words }, text);
  }

  // What was written is the value; words that were pointed at before stay its proof.
  write(field) {
    const text = this.input(field).value.trim();
    const before = this.changes.get(field.dataset.path);
    if (!text) return this.absent(field);
    const proof = before?.words ? before : this.proof.get(field.dataset.path);
    this.set(field, proof?.words?.length ? { text, page: proof.page, words: proof.words } : { text }, text);
  }

  absent(field = this.active) {
    this.set(field, { absent: true }, "");
  }

  undo(field = this.active) {
    if (!field) return;
    this.changes.delete(field.dataset.path);
    delete field.dataset.given;
    this.input(field).value = field.dataset.value ?? "";
    this.mark(field);
    this.onChanged();
  }

  set(field, change, text) {
    if (!field || this.input(field).readOnly) return;
    this.changes.set(field.dataset.path, change);
    this.input(field).value = text;
    // What Escape goes back to.
    field.dataset.given = text;
    this.mark(field);
    this.onChanged();
  }

  mark(field) {
    const changed = this.changes.has(field.dataset.path);
    field.querySelector(".mark-changed").hidden = !changed;
    this.input(field).classList.toggle("given", changed);
  }

  // Words that were taken for a field in this sitting, by path: writing it otherwise keeps them.
  proof = new Map();

  add(button) {
    const { list, following, members } = button.dataset;
    for (const member of members ? members.split(" ") : [""]) {
      const node = document.getElementById("row").content.cloneNode(true);
      const field = node.querySelector(".field");
      const path = `${list}/${following}${member}`;
      const id = `added-${path.replaceAll("/", "-")}`;
      Object.assign(field.dataset, { path, page: "0", boxes: "[]", value: "", required: "no" });
      const label = field.querySelector("label");
      label.textContent = path;
      label.htmlFor = id;
      this.input(field).id = id;
      field.querySelector(".said").id = `${id}-said`;
      this.input(field).setAttribute("aria-describedby", `${id}-said`);
      field.querySelector(".absent").setAttribute("aria-label", `${path} is absent`);
      const before = this.all.filter((one) => one.dataset.path.startsWith(`${list}/`)).at(-1);
      if (before) before.after(node);
      else this.list.append(node);
      if (!members || member === members.split(" ")[0]) this.choose(field);
    }
    button.dataset.following = String(Number(following) + 1);
    this.input().focus();
  }

  // What the server says of each value.
  told(found) {
    for (const field of this.all) {
      const { path } = field.dataset;
      const said = field.querySelector(".said");
      const faults = found.faults[path] ?? [];
      const changed = this.changes.has(path);
      const value = found.values[path];
      const good = changed && path in found.values && !faults.length;
      said.textContent = faults.length ? faults.join(" ") : good ? (value === null ? "absent" : `= ${value}`) : "";
      said.hidden = !said.textContent;
      said.className = `said ${faults.length ? "bad" : "good"}`;
      field.classList.toggle("wrong", faults.length > 0);
      this.input(field).setAttribute("aria-invalid", String(faults.length > 0));
    }
  }
}
