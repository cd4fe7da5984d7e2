// Draws [data-parallel="URL"]: parallel coordinates as SVG, from the JSON of trials/charts/parallel.py.
//
// Follows the table of trials: the query in #study-trials' data-selection says which trials are drawn. A drag
// along an axis puts a range (or choices) into the address, and the table follows; a click takes it back.
import { brushed, filterAddress, rangeOf } from "./brush.js";

const SVG = "http://www.w3.org/2000/svg";
const TOP = 60;
const HEIGHT = 268;
const LANE = 34;
const SIDE = 62;
const NARROWEST = 92; // px between two axes
const LETTER = 7; // px of a letter in a heading
const MANY = 150; // lines from which each is drawn fainter
const NEAR = 9; // px at which a line counts as pointed at

function element(name, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

// A steady spread, so that lines through one choice or the lane stay apart: -1 to 1 by the trial's number.
const spread = (number) => (((number * 2654435761) % 4294967296) / 4294967296) * 2 - 1;

const shortened = (text, most = 16) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// A long name stands in two lines of at most so many letters, broken where it has an underscore.
function nameLines(name, most) {
  if (name.length <= Math.min(11, most)) return [name];
  const middle = Math.ceil(name.length / 2);
  const breaks = [...name].flatMap((letter, at) => (letter === "_" || letter === " " ? [at + 1] : []));
  const at = breaks.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0] ?? Math.min(middle, most);
  return [name.slice(0, at), name.slice(at)].map((part) => shortened(part, most));
}

class Parallel {
  constructor(host) {
    this.host = host;
    this.card = host.closest("details, section");
    this.query = null;
    host.dataset.state = "loading";
    new ResizeObserver(() => this.answer?.figure && host.clientWidth !== this.drawnFor && this.draw()).observe(host);
    this.card.addEventListener("toggle", () => this.refresh());
    document.addEventListener("hpo:marked", () => this.answer?.figure && this.draw());
    this.refresh();
  }

  get address() {
    const query = document.getElementById("study-trials")?.dataset.selection ?? "";
    return this.host.dataset.parallel + (query === "?" ? "" : query);
  }

  async refresh() {
    if (this.card.tagName === "DETAILS" && !this.card.open) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      await this.fetch();
    } catch {
      if (!this.answer) this.say("", "The chart could not be loaded. It is tried again with the next change.");
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.refresh();
    }
  }

  async fetch() {
    const address = this.address;
    const headers = { Accept: "application/json" };
    if (this.etag && this.query === address) headers["If-None-Match"] = this.etag;
    const response = await fetch(address, { headers, cache: "no-store" });
    if (response.status === 304) return;
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    this.answer = await response.json();
    this.etag = response.headers.get("ETag");
    this.query = address;
    this.draw();
  }

  say(lead, sentence) {
    const place = this.card.querySelector("[data-sentence]");
    const strong = document.createElement("strong");
    strong.textContent = lead;
    place.replaceChildren(strong, sentence.slice(lead.length));
    this.host.setAttribute("aria-label", sentence);
  }

  draw() {
    const { figure, lead, sentence } = this.answer;
    this.say(lead, sentence);
    this.host.hidden = !figure;
    this.host.dataset.state = figure ? "ready" : "empty";
    this.key(figure?.colours ?? []);
    if (!figure) return this.host.replaceChildren();
    this.drawnFor = this.host.clientWidth;
    const gaps = figure.axes.length - 1;
    const longest = Math.max(0, ...figure.axes[0].labels.map((label) => shortened(label).length));
    const left = Math.max(SIDE, 26 + 6.4 * longest);
    const right = Math.max(SIDE, 14 + 6.8 * Math.max(...["low", "high"].map((end) => figure.axes.at(-1)[end].length)));
    this.width = Math.max(this.drawnFor, left + right + gaps * NARROWEST);
    this.xs = figure.axes.map((_, at) => left + (at * (this.width - left - right)) / gaps);
    const height = TOP + HEIGHT + LANE + 24;
    const svg = element("svg", { width: this.width, height, viewBox: `0 0 ${this.width} ${height}`, "aria-hidden": "true" });
    if (figure.lines.some(([, , , places]) => places.includes(null))) svg.append(this.lane());
    this.lines = figure.lines.map((line) => ({ line, ys: this.heights(line) }));
    svg.append(this.paths(this.lines.slice(figure.front), figure.lines.length > MANY ? "is-many" : ""), this.paths(this.lines.slice(0, figure.front), "is-front"));
    figure.axes.forEach((axis, at) => svg.append(this.axis(axis, at)));
    this.hover = element("g", { class: "parallel-hover" });
    svg.append(this.hover);
    this.host.replaceChildren(svg);
    svg.addEventListener("pointermove", (event) => this.point(event));
    svg.addEventListener("pointerleave", () => this.point(null));
    svg.addEventListener("click", () => this.near && !this.brushing && location.assign(this.answer.trial_url.replace("{number}", this.near.line[0])));
  }

  key(colours) {
    const key = this.card.querySelector("[data-colours]");
    if (!key) return;
    key.replaceChildren(
      ...colours.map((word, at) => {
        const span = document.createElement("span");
        const dot = document.createElement("i");
        dot.className = `dot category-${at + 1}`;
        span.append(dot, word);
        return span;
      }),
    );
  }

  lane() {
    const group = element("g", { class: "parallel-lane" });
    const top = TOP + HEIGHT + 16;
    group.append(
      element("rect", { x: this.xs[0] - 14, y: top, width: this.xs.at(-1) - this.xs[0] + 28, height: LANE, rx: 4 }),
      element("text", { x: this.xs[0] - 20, y: top + LANE / 2 + 4, "text-anchor": "end" }, "inactive"),
    );
    return group;
  }

  heights([number, , , places]) {
    return places.map((place, at) => {
      if (place === null) return TOP + HEIGHT + 16 + LANE / 2 + spread(number) * (LANE / 2 - 6);
      const choices = this.answer.figure.axes[at].choices.length;
      const apart = choices ? (spread(number + at) * Math.min(14, (HEIGHT / choices) * 0.22)) : 0;
      return TOP + HEIGHT * (1 - place / 1000) + apart;
    });
  }

  paths(lines, kind) {
    const ticked = new URLSearchParams(location.search).get("ticked") ?? "";
    const marked = new Set(ticked.split(",").filter(Boolean).map(Number));
    const group = element("g", { class: `parallel-lines ${kind}` });
    for (const { line, ys } of [...lines].reverse()) {
      const kinds = [line[2] ? `line-${line[2]}` : "", marked.has(line[0]) ? "is-marked" : ""];
      group.append(element("path", { d: this.curve(ys), class: kinds.join(" ").trim() }));
    }
    return group;
  }

  curve(ys) {
    const half = (this.xs[1] - this.xs[0]) / 2;
    const [first, ...rest] = ys;
    const parts = rest.map((y, at) => {
      const [x0, x1] = [this.xs[at], this.xs[at + 1]];
      return `C${(x0 + half).toFixed(1)} ${ys[at].toFixed(1)} ${(x1 - half).toFixed(1)} ${y.toFixed(1)} ${x1.toFixed(1)} ${y.toFixed(1)}`;
    });
    return `M${this.xs[0].toFixed(1)} ${first.toFixed(1)}${parts.join("")}`;
  }

  axis(axis, at) {
    const x = this.xs[at];
    const group = element("g", { class: "parallel-axis" });
    const last = at === this.xs.length - 1;
    const most = Math.floor(((this.xs[1] - this.xs[0]) - 6) / LETTER); // beside the neighbours' headings
    const lines = [...nameLines(axis.name, most), ...(axis.family ? [shortened(axis.family, most)] : [])];
    lines.forEach((part, line) => {
      const kind = last ? "metric" : axis.family && line === lines.length - 1 ? "family" : "name";
      const y = TOP - 17 - 13 * (lines.length - 1 - line);
      group.append(element("text", { x, y, "text-anchor": "middle", class: kind }, part));
    });
    group.append(element("title", {}, [axis.family, axis.name].filter(Boolean).join(", ")), element("line", { x1: x, x2: x, y1: TOP, y2: TOP + HEIGHT }));
    if (axis.choices.length) this.choices(group, axis, at);
    else {
      group.append(element("text", { x: x + 6, y: TOP + 4, class: "end" }, axis.high));
      group.append(element("text", { x: x + 6, y: TOP + HEIGHT + 4, class: "end" }, axis.low));
    }
    const range = rangeOf(axis);
    if (range) {
      const [high, low] = [TOP + HEIGHT * (1 - range[1]), TOP + HEIGHT * (1 - range[0])];
      group.append(element("rect", { x: x - 6, y: high, width: 12, height: Math.max(3, low - high), rx: 3, class: "brush" }));
    }
    const handle = element("rect", { x: x - 13, y: TOP - 8, width: 26, height: HEIGHT + 16, class: "handle" });
    handle.addEventListener("pointerdown", (event) => this.brush(event, axis, group));
    group.append(handle);
    return group;
  }

  // Few choices are all named; of many, those there is room for.
  choices(group, axis, at) {
    const step = Math.ceil(axis.choices.length / 12);
    axis.labels.forEach((label, place) => {
      if (place % step) return;
      const y = TOP + HEIGHT * (1 - (place + 0.5) / axis.labels.length) + 4;
      const coloured = this.answer.figure.colours.join() === axis.labels.join() ? ` line-${place + 1}` : "";
      const side = at === 0 ? { x: this.xs[at] - 16, "text-anchor": "end" } : { x: this.xs[at] + 7 };
      group.append(element("text", { ...side, y, class: `choice${coloured}` }, shortened(label)));
    });
  }

  // --- pointing -----------------------------------------------------------------------------------------
  point(event) {
    this.near = event && !this.brushing ? this.nearest(event) : null;
    this.hover.replaceChildren();
    this.host.classList.toggle("is-near", Boolean(this.near));
    if (!this.near) return;
    const { line, ys } = this.near;
    const [x, y] = [this.xs.at(-1), ys.at(-1)];
    this.hover.append(element("path", { d: this.curve(ys) }));
    const label = `Trial ${line[0].toLocaleString("en")} · ${line[1]}`;
    this.hover.append(element("text", { x: x + 8, y: Math.min(y, TOP + HEIGHT) - 8, "text-anchor": "end", class: "halo" }, label));
  }

  nearest(event) {
    const box = this.host.querySelector("svg").getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const step = this.xs[1] - this.xs[0];
    const at = Math.min(this.xs.length - 2, Math.max(0, Math.floor((x - this.xs[0]) / step)));
    const share = Math.min(1, Math.max(0, (x - this.xs[at]) / step));
    const smooth = share * share * (3 - 2 * share); // close to the drawn curve
    let best = null;
    let distance = NEAR;
    for (const line of this.lines) {
      const away = Math.abs(line.ys[at] + (line.ys[at + 1] - line.ys[at]) * smooth - y);
      if (away < distance) [best, distance] = [line, away];
    }
    return best;
  }

  // --- choosing a range ---------------------------------------------------------------------------------
  brush(event, axis, group) {
    event.preventDefault();
    const svg = this.host.querySelector("svg");
    const box = svg.getBoundingClientRect();
    const unit = (moved) => Math.min(1, Math.max(0, 1 - (moved.clientY - box.top - TOP) / HEIGHT));
    const from = unit(event);
    this.brushing = true;
    const x = Number(group.querySelector("line").getAttribute("x1"));
    const mark = element("rect", { x: x - 6, width: 12, rx: 3, class: "brush" });
    group.insertBefore(mark, group.querySelector(".handle"));
    const move = (moved) => {
      const [low, high] = [Math.min(from, unit(moved)), Math.max(from, unit(moved))];
      mark.setAttribute("y", TOP + HEIGHT * (1 - high));
      mark.setAttribute("height", HEIGHT * (high - low));
    };
    const end = (moved) => {
      svg.removeEventListener("pointermove", move);
      svg.removeEventListener("pointerup", end);
      svg.removeEventListener("pointercancel", end);
      mark.remove();
      setTimeout(() => (this.brushing = false)); // after the click that ends the drag
      const ends = [Math.min(from, unit(moved)), Math.max(from, unit(moved))];
      if (moved.type === "pointerup") brushed(filterAddress(axis, ends[1] - ends[0] < 0.015 ? null : ends));
    };
    svg.setPointerCapture?.(event.pointerId);
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
  }
}

const host = document.querySelector("[data-parallel]");
if (host) {
  const card = host.closest("details");
  // On a phone the table comes first: the chart opens on demand.
  if (card && window.matchMedia("(max-width: 719px)").matches) card.open = false;
  const chart = new Parallel(host);
  document.addEventListener("hpo:refresh", () => chart.refresh());
  document.addEventListener("htmx:afterSettle", () => chart.refresh());
}
