// A page with its words: a cursor that goes from word to word, and a choice of words.

const SVG = "http://www.w3.org/2000/svg";

const rect = (box, className) => {
  const [x0, y0, x1, y1] = box;
  const node = document.createElementNS(SVG, "rect");
  const edges = { x: x0, y: y0, width: Math.max(x1 - x0, 1), height: Math.max(y1 - y0, 1), class: className };
  for (const [name, value] of Object.entries(edges)) node.setAttribute(name, value);
  return node;
};

export class Sheet {
  // `said` is told what a screen reader should say, `picked` that somebody pointed at a word, `leafed` which page is
  // shown now.
  constructor({ desk, said, picked, leafed }) {
    this.desk = desk;
    this.said = said;
    this.picked = picked;
    this.leafed = leafed;
    this.paper = document.getElementById("paper");
    this.sheet = document.getElementById("sheet");
    this.picture = document.getElementById("picture");
    this.overlay = document.getElementById("overlay");
    this.number = 0;
    this.words = [];
    this.cursor = -1;
    this.chosen = new Set();
    this.places = { page: 0, boxes: [] };
    this.picture.addEventListener("error", () => this.undrawn());
    this.overlay.addEventListener("click", (event) => {
      const number = Number(event.target.dataset?.word ?? -1);
      if (number < 0) return;
      this.cursor = number;
      this.toggle();
      this.picked();
    });
  }

  get pages() {
    return Number(this.desk.dataset.pages);
  }

  async show(number) {
    if (number < 1 || number > this.pages || number === this.number) return;
    this.number = number;
    document.getElementById("page-number").textContent = String(number);
    this.leafed(number);
    const answer = await fetch(`${this.desk.dataset.url}/words/${number}`);
    if (number !== this.number) return; // somebody leafed on meanwhile
    const page = answer.ok ? await answer.json() : { width: 612, height: 792, words: [] };
    this.page = page;
    this.words = page.words;
    this.chosen.clear();
    this.cursor = this.words.findIndex((word) => word.box);
    this.overlay.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    this.overlay.replaceChildren();
    this.rects = this.words.map((word, place) => {
      if (!word.box) return null;
      const node = rect(word.box, "word");
      node.dataset.word = String(place);
      this.overlay.append(node);
      return node;
    });
    this.sheet.classList.remove("undrawn");
    this.sheet.style.aspectRatio = `${page.width} / ${page.height}`;
    const query = new URLSearchParams({ run: this.desk.dataset.run, zoom: "large" });
    this.picture.src = `${this.desk.dataset.picture}${number}?${query}`;
    this.draw();
  }

  // Without a picture the words themselves are drawn.
  undrawn() {
    this.sheet.classList.add("undrawn");
    for (const word of this.words) {
      if (!word.box) continue;
      const [x0, y0, x1, y1] = word.box;
      const node = document.createElementNS(SVG, "text");
      node.setAttribute("x", x0);
      node.setAttribute("y", y1 - (y1 - y0) * 0.2);
      node.setAttribute("font-size", (y1 - y0) * 0.85);
      node.setAttribute("textLength", x1 - x0);
      node.setAttribute("lengthAdjust", "spacingAndGlyphs");
      node.textContent = word.text;
      this.overlay.append(node);
    }
  }

  // The places where a field's value stands are lit.
  light(page, boxes) {
    this.places = { page, boxes };
    this.draw();
  }

  draw() {
    for (const node of this.overlay.querySelectorAll(".place")) node.remove();
    if (this.places.page === this.number) {
      for (const box of this.places.boxes) this.overlay.prepend(rect(box, "place"));
    }
    this.rects?.forEach((node, place) => {
      node?.classList.toggle("cursor", place === this.cursor);
      node?.classList.toggle("chosen", this.chosen.has(place));
    });
  }

  toggle() {
    if (this.cursor < 0) return;
    const was = this.chosen.delete(this.cursor);
    if (!was) this.chosen.add(this.cursor);
    this.draw();
    const words = this.take();
    this.said(words.length ? `Chosen: ${words.map((place) => this.words[place].text).join(" ")}` : "No word is chosen.");
  }

  clear() {
    this.chosen.clear();
    this.draw();
  }

  // The chosen words in reading order; without a choice the one at the cursor.
  take() {
    return [...this.chosen].sort((a, b) => a - b);
  }

  goTo(box) {
    const near = this.words.findIndex(
      (word) => word.box && word.box[2] > box[0] && word.box[0] < box[2] && word.box[3] > box[1] && word.box[1] < box[3],
    );
    if (near >= 0) this.moveTo(near, false);
  }

  step(by) {
    let place = this.cursor + by;
    while (place >= 0 && place < this.words.length && !this.words[place].box) place += by;
    if (place >= 0 && place < this.words.length) this.moveTo(place, true);
  }

  // To the nearest word of the nearest row above or below.
  leap(down) {
    const here = this.words[this.cursor]?.box;
    if (!here) return;
    const middle = (box) => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const [x, y] = middle(here);
    const height = here[3] - here[1];
    let best = -1;
    let least = Infinity;
    this.words.forEach((word, place) => {
      if (!word.box) return;
      const [wx, wy] = middle(word.box);
      const far = (wy - y) * (down ? 1 : -1);
      if (far < height * 0.6) return;
      const aside = Math.max(0, word.box[0] - x, x - word.box[2]);
      const distance = far * 4 + aside + Math.abs(wx - x) * 0.05;
      if (distance < least) [best, least] = [place, distance];
    });
    if (best >= 0) this.moveTo(best, true);
  }

  moveTo(place, aloud) {
    this.cursor = place;
    this.draw();
    this.scrollTo(this.words[place].box);
    if (aloud) this.said(this.words[place].text);
  }

  scrollTo([x0, y0, x1, y1]) {
    const scaleX = this.sheet.clientWidth / this.page.width;
    const scaleY = this.sheet.clientHeight / this.page.height;
    const { paper } = this;
    const [left, top, right, bottom] = [x0 * scaleX, y0 * scaleY, x1 * scaleX, y1 * scaleY];
    const room = 60;
    if (top < paper.scrollTop + room) paper.scrollTop = top - room;
    if (bottom > paper.scrollTop + paper.clientHeight - room) paper.scrollTop = bottom - paper.clientHeight + room;
    if (left < paper.scrollLeft + room) paper.scrollLeft = left - room;
    if (right > paper.scrollLeft + paper.clientWidth - room) paper.scrollLeft = right - paper.clientWidth + room;
  }

  zoom(by) {
    const now = [0, 1, 2, 3].find((step) => this.sheet.classList.contains(`wide-${step}`)) ?? 0;
    const next = Math.min(3, Math.max(0, now + by));
    this.sheet.classList.remove(`wide-${now}`);
    this.sheet.classList.add(`wide-${next}`);
    if (this.words[this.cursor]?.box) this.scrollTo(this.words[this.cursor].box);
  }
}
