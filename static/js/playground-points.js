// The points of the one-dimensional model: by a click into its picture, or by the fields; playground.js calls it.

const short = (value) => String(Number(value.toFixed(3)));

export function bindPoints(form, ask) {
  const box = form.querySelector("[data-points]");
  if (!box) return;
  const stored = box.querySelector('input[type="hidden"]');
  const [x, y] = [box.querySelector("[data-x]"), box.querySelector("[data-y]")];
  const list = box.querySelector("[data-list]");
  const fault = box.querySelector(".error");
  const source = form.elements.source;
  const chart = form.querySelector(".is-clickable");
  let coming = {};

  const points = () => stored.value.split(",").filter(Boolean);

  function store(next) {
    stored.value = next.join(",");
    write();
    ask();
  }

  // The server reads the points too; here only what it could not even be asked is said.
  function add(across, up) {
    const written = [across, up].map((text) => Number(String(text).replace(",", ".")));
    if ([across, up].some((text) => String(text).trim() === "") || written.some((each) => !(each >= 0 && each <= 1))) {
      fault.textContent = byCurve() ? "x has to be a number from 0 to 1." : "x and value have to be numbers from 0 to 1.";
      return false;
    }
    store([...points(), written.map(short).join(":")]);
    return true;
  }

  const byCurve = () => source.value === "curve";

  function write() {
    const chosen = points();
    list.replaceChildren(
      ...chosen.map((point) => {
        const [across, up] = point.split(":");
        const item = document.createElement("li");
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "chip num";
        remove.textContent = byCurve() ? `x ${across} ×` : `x ${across}, value ${up} ×`;
        remove.setAttribute("aria-label", `Remove the point at x ${across}`);
        remove.addEventListener("click", () => {
          store(points().filter((each) => each !== point));
          (list.querySelector("button") ?? x).focus();
        });
        item.append(remove);
        return item;
      }),
    );
    box.querySelector("[data-value-of-point]").hidden = byCurve();
  }

  // The value of a point on the hidden curve is the curve's; what is stored with it is only its place.
  const value = () => (byCurve() ? "0.5" : y.value);

  function addWritten() {
    if (!add(x.value, value())) return;
    x.value = y.value = "";
    x.focus();
  }

  box.querySelector("[data-add]").addEventListener("click", addWritten);
  for (const field of [x, y]) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      addWritten();
    });
  }
  box.querySelector("[data-clear]").addEventListener("click", () => store([]));
  box.querySelector("[data-next]").addEventListener("click", () => {
    if (coming.x === undefined) return;
    if (byCurve()) return add(coming.x, "0.5");
    x.value = short(coming.x);
    y.focus();
  });
  source.addEventListener("input", write);
  document.addEventListener("hpo:played", (event) => {
    coming = event.detail.coming;
  });
  chart.addEventListener("click", (event) => {
    const axes = chart._fullLayout;
    if (!axes) return;
    const corner = chart.getBoundingClientRect();
    const place = (axis, at) => axis.p2d(at - axis._offset);
    const across = place(axes.xaxis, event.clientX - corner.left);
    const up = place(axes.yaxis, event.clientY - corner.top);
    if (across < 0 || across > 1) return;
    add(short(across), short(Math.min(1, Math.max(0, up))));
  });
  write();
}
