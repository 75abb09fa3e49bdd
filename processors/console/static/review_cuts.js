// A packet: with which pages a further document begins, marked page by page, and the documents that come of it.

export class Cuts {
  // `go` shows a page, `said` is told what a screen reader should say.
  constructor({ pages, go, said }) {
    this.pages = pages;
    this.go = go;
    this.said = said;
    this.number = 0;
    this.begins = new Set();
    this.button = document.getElementById("cut");
    this.button?.addEventListener("click", () => this.toggle());
    document.getElementById("uncut")?.addEventListener("click", () => this.clear());
  }

  get all() {
    return [...this.begins].sort((a, b) => a - b);
  }

  // First and last page of each document.
  get parts() {
    const begins = [1, ...this.all];
    return begins.map((first, place) => [first, (begins[place + 1] ?? this.pages + 1) - 1]);
  }

  get words() {
    const named = this.parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
    return `${named.length} documents: pages ${named.join(", ")}`;
  }

  // A page is shown.
  at(number) {
    this.number = number;
    this.draw();
  }

  toggle() {
    if (!this.button) return;
    if (this.number < 2) return this.said("The first document begins with page 1: leaf to where the next one begins.");
    if (!this.begins.delete(this.number)) this.begins.add(this.number);
    this.draw();
    this.said(this.begins.size ? this.words : "One document again.");
  }

  clear() {
    this.begins.clear();
    this.draw();
    this.said("One document again.");
    document.getElementById("paper").focus({ preventScroll: true });
  }

  draw() {
    if (!this.button) return;
    const here = this.begins.has(this.number);
    this.button.setAttribute("aria-pressed", String(here));
    this.button.disabled = this.number < 2;
    document.getElementById("paper").classList.toggle("begins", here);
    const many = this.begins.size > 0;
    document.getElementById("cuts").hidden = !many;
    document.getElementById("cut-words").textContent = many ? `${this.words}.` : "";
    document.getElementById("parts").hidden = !many;
    document.getElementById("part-list").replaceChildren(...(many ? this.parts.map((part) => this.item(part)) : []));
    document.getElementById("release").textContent = many ? `Cut into ${this.begins.size + 1} documents` : "Release";
    const changes = document.getElementById("changes");
    if (changes) changes.hidden = many;
  }

  item([first, last]) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = first === last ? `Page ${first}` : `Pages ${first}-${last}`;
    if (first <= this.number && this.number <= last) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => this.go(first));
    item.append(button);
    return item;
  }
}
