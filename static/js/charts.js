// Draws every [data-chart="URL"]: fetches the figure as JSON, fills in the page's colours, hands it to Plotly.
//
// Redraws when the study changes (`hpo:refresh` on document, detail.revision), when the theme or the size
// does. An empty address: `hpo:figure` on the element brings {figure, lead, sentence}, and nothing is fetched.
// The element's data-state is loading, ready, empty or error; the sentence goes into the nearest
// [data-sentence] and is the chart's text alternative. data-lazy: fetched when it comes into view; data-pace:
// milliseconds between two refreshes at least. `hpo:asked` on the element: its address has changed.
//
// A click on a trial sends `hpo:trial` (detail.number, cancelable) and opens the trial's page; where a drag
// selects (data-brush) it sends `hpo:trials`. Trials in the address's `ticked` get a ring; `hpo:marked` on
// document: they have changed.
(() => {
  "use strict";
  const BUNDLE =
    document.currentScript.dataset.plotly ??
    new URL("../vendor/plotly/plotly-strict.min.js", document.currentScript.src).href;
  // In a report the pages' script is part of the file, as Plotly is; each chart can be saved as a picture there.
  const PICTURES = "pictures" in document.currentScript.dataset;
  const CONFIG = {
    showSendToCloud: false,
    plotlyServerURL: "",
    displaylogo: false,
    displayModeBar: false,
    responsive: true,
  };
  const NARROW = 480;
  const DEFAULT_HEIGHT = 260;
  const CELL = 34;
  const charts = new Map();
  if (PICTURES) {
    const saved = (format, icon) => ({
      name: `Download as ${format.toUpperCase()}`,
      icon: window.Plotly.Icons[icon],
      click: (plot) =>
        window.Plotly.downloadImage(plot, { format, scale: format === "png" ? 3 : 1, filename: plot.dataset.chart.slice(1) }),
    });
    Object.assign(CONFIG, { displayModeBar: true, modeBarButtons: [[saved("png", "camera"), saved("svg", "disk")]] });
  }

  let loading;
  function plotly() {
    if (PICTURES) return Promise.resolve(window.Plotly);
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = BUNDLE;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        loading = undefined; // the next change tries again
        reject(new Error("Plotly could not be loaded"));
      };
      document.head.append(script);
    });
    return loading;
  }

  // --- colours ---------------------------------------------------------------------------------------
  function colour(symbol, styles) {
    const [, name, opacity] = /^\$([a-z0-9-]+)(?:@([\d.]+))?$/.exec(symbol) ?? [];
    if (!name) return symbol;
    const value = styles.getPropertyValue(`--${name}`).trim();
    if (!opacity) return value;
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(value.slice(at, at + 2), 16));
    return `rgba(${red},${green},${blue},${opacity})`;
  }

  // Only what sits under a key such as "color" or "gridcolor" is a colour: a parameter may be called "$ink".
  function coloured(part, styles, isColour = false) {
    if (typeof part === "string") return isColour ? colour(part, styles) : part;
    if (Array.isArray(part)) return part.map((item) => coloured(item, styles, isColour));
    if (part === null || typeof part !== "object") return part;
    const entries = Object.entries(part);
    return Object.fromEntries(entries.map(([key, item]) => [key, coloured(item, styles, /color(scale)?$/.test(key))]));
  }

  // --- marked trials ---------------------------------------------------------------------------------
  const ticked = () =>
    new Set((new URLSearchParams(location.search).get("ticked") ?? "").split(",").filter(Boolean).map(Number));

  const numbersOf = (trace) => trace.customdata ?? trace.x;

  function rings(data, styles) {
    const wanted = ticked();
    const trials = wanted.size ? data.filter((trace) => trace.meta === "trials") : [];
    return trials.flatMap((trace) => {
      const at = numbersOf(trace).flatMap((number, place) => (wanted.has(number) ? [place] : []));
      if (!at.length) return [];
      const across = (place) => (trace.type === "bar" ? trace.base[place] + trace.x[place] / 2 : trace.x[place]);
      const ink = styles.getPropertyValue("--ink").trim();
      return {
        type: "scatter",
        mode: wanted.size > 8 ? "markers" : "markers+text",
        x: at.map(across),
        y: at.map((place) => trace.y[place]),
        xaxis: trace.xaxis,
        yaxis: trace.yaxis,
        text: at.map((place) => String(numbersOf(trace)[place])),
        textposition: "top center",
        textfont: { size: 11, color: ink },
        marker: { symbol: "circle-open", size: 14, color: ink, line: { width: 2 } },
        hoverinfo: "skip",
        cliponaxis: false,
      };
    });
  }

  // --- one chart -------------------------------------------------------------------------------------
  class Chart {
    constructor(element) {
      this.element = element;
      this.drawn = false;
      this.narrow = false;
      element.setAttribute("role", "img");
      element.dataset.state = "loading";
      this.sizes = new ResizeObserver(() => {
        if (this.isNarrow() !== this.narrow) this.draw();
      });
      this.sizes.observe(element);
      element.addEventListener("hpo:asked", () => {
        this.etag = undefined;
        this.refresh();
      });
      element.addEventListener("hpo:figure", (event) => {
        this.answer = event.detail;
        this.draw();
      });
      this.inView = !("lazy" in element.dataset);
      if (this.inView) this.refresh();
      else this.waitForView();
    }

    // Out of view nothing is fetched; what has changed meanwhile is fetched on the way back.
    waitForView() {
      this.view = new IntersectionObserver(
        ([entry]) => {
          this.inView = entry.isIntersecting;
          if (this.inView && (!this.answer || this.late !== undefined)) this.refresh(this.late);
        },
        { rootMargin: "300px 0px" },
      );
      this.view.observe(this.element);
    }

    isNarrow() {
      return this.element.clientWidth > 0 && this.element.clientWidth < NARROW;
    }

    async refresh(revision) {
      if (!this.element.dataset.chart) return;
      if (revision !== undefined && revision <= this.answer?.revision) return;
      if (!this.inView) {
        this.late = revision;
        return;
      }
      const wait = revision === undefined ? 0 : (this.fetched ?? 0) + Number(this.element.dataset.pace ?? 0) - Date.now();
      if (wait > 0) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.refresh(revision), wait);
        return;
      }
      this.late = undefined;
      if (this.busy) {
        this.again = true;
        return;
      }
      this.busy = true;
      try {
        await this.fetch();
      } catch {
        this.fail();
      }
      this.busy = false;
      if (this.again) {
        this.again = false;
        this.refresh();
      }
    }

    async fetch() {
      this.fetched = Date.now();
      const headers = { Accept: "application/json" };
      if (this.etag) headers["If-None-Match"] = this.etag;
      const response = await fetch(this.element.dataset.chart, { headers, cache: "no-store" });
      if (response.status !== 304) {
        if (!response.ok) throw new Error(`the server answered ${response.status}`);
        this.answer = await response.json();
        this.etag = response.headers.get("ETag");
      } else if (this.element.dataset.state !== "error") {
        return;
      }
      await this.draw();
    }

    // A chart that was drawn before stays: an old picture is better than none.
    fail() {
      if (this.drawn) return;
      this.etag = undefined;
      this.say("The chart could not be loaded.", "The chart could not be loaded. It is tried again with the next change.");
      this.element.dataset.state = "error";
    }

    async draw() {
      if (!this.answer) return;
      const { figure, lead, sentence } = this.answer;
      this.say(lead, sentence);
      if (!figure) {
        if (this.drawn) window.Plotly.purge(this.element);
        this.drawn = false;
        this.element.hidden = true;
        this.element.dataset.state = "empty";
        return;
      }
      const Plotly = await plotly();
      this.element.hidden = false;
      this.narrow = this.isNarrow();
      const styles = getComputedStyle(document.documentElement);
      const { data, layout } = coloured(this.answer.figure, styles);
      this.fit(layout, data);
      if (this.brushable(data)) Object.assign(layout, { dragmode: "select", selections: [] });
      await Plotly.react(this.element, [...data, ...rings(data, styles)], layout, CONFIG);
      if (!this.drawn) this.listen();
      this.drawn = true;
      this.element.dataset.state = "ready";
    }

    // A finger scrolls; only a mouse draws a box.
    brushable(data) {
      const mouse = window.matchMedia("(pointer: fine)").matches && !this.narrow;
      return mouse && "brush" in this.element.dataset && data.some((trace) => trace.meta === "trials" && trace.type !== "bar");
    }

    fit(layout, data) {
      const height = layout.height ?? Number(this.element.dataset.height ?? DEFAULT_HEIGHT);
      this.element.style.height = `${height}px`;
      layout.height = height;
      layout.autosize = true;
      // Labels as wide as "100,000" or a choice's name push the axis's title and the plot aside.
      for (const [key, axis] of Object.entries(layout)) if (key.startsWith("yaxis")) axis.automargin = "left";
      if (!this.narrow) return;
      const { l = 0, r = 0 } = layout.margin ?? {};
      for (const trace of data) {
        // Numbers that do not fit into their cells stand in the labels of the cells alone.
        const crowded = trace.texttemplate && (this.element.clientWidth - l - r) / trace.x.length < CELL;
        if (crowded) trace.texttemplate = "";
      }
      for (const note of layout.annotations ?? []) {
        if (note.name === "best value") {
          const yanchor = note.yanchor === "middle" ? "bottom" : note.yanchor;
          Object.assign(note, { xanchor: "right", xshift: 0, yanchor });
        }
        if (note.name === "still to come") note.visible = false;
        if (note.name === "line end") {
          note.visible = false; // the legend names the lines too
          layout.margin.r = 16;
        }
      }
    }

    say(lead, sentence) {
      this.element.setAttribute("aria-label", sentence);
      const parent = this.element.parentElement;
      const place = parent?.querySelector("[data-sentence]") ?? parent?.parentElement?.querySelector("[data-sentence]");
      if (!place) return;
      const strong = document.createElement("strong");
      strong.textContent = lead;
      place.replaceChildren(strong, sentence.slice(lead.length));
    }

    listen() {
      const surface = () => this.element.querySelector(".nsewdrag");
      const trial = ({ data, customdata, x }) => (data.meta === "trials" ? (customdata ?? x) : null);
      this.element.on("plotly_hover", (event) => {
        if (trial(event.points[0]) !== null) surface().style.cursor = "pointer";
      });
      this.element.on("plotly_unhover", () => {
        surface().style.cursor = "";
      });
      this.element.on("plotly_click", (event) => {
        const number = trial(event.points[0]);
        if (number === null || !this.tell("hpo:trial", { number })) return;
        const url = this.answer.trial_url.replace("{number}", number);
        if (event.event?.ctrlKey || event.event?.metaKey) window.open(url, "_blank", "noopener");
        else window.location.assign(url);
      });
      this.element.on("plotly_selected", (event) => {
        const numbers = (event?.points ?? []).map(trial).filter((number) => number !== null);
        if (numbers.length) this.tell("hpo:trials", { numbers: [...new Set(numbers)] }); // none: only redrawn
      });
    }

    tell(name, detail) {
      return this.element.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }));
    }

    leave() {
      this.sizes.disconnect();
      this.view?.disconnect();
      clearTimeout(this.timer);
      if (this.drawn) window.Plotly.purge(this.element);
    }
  }

  // --- all charts of the page --------------------------------------------------------------------------
  function scan() {
    for (const [element, chart] of charts) {
      if (element.isConnected) continue;
      chart.leave();
      charts.delete(element);
    }
    for (const element of document.querySelectorAll("[data-chart]")) {
      if (!charts.has(element)) charts.set(element, new Chart(element));
    }
  }

  document.addEventListener("hpo:refresh", (event) => {
    scan();
    for (const chart of charts.values()) chart.refresh(event.detail?.revision);
  });
  document.addEventListener("htmx:load", scan); // a fragment may bring charts of its own
  document.addEventListener("hpo:marked", () => {
    for (const chart of charts.values()) chart.draw();
  });
  new MutationObserver(() => {
    for (const chart of charts.values()) chart.draw();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", scan);
  else scan();
})();
