// Ranges on the axes of parallel coordinates, as filters in the address: parallel.js asks.

const digits = (value) => String(Number(value.toPrecision(4)));

// The value at a place (0 to 1) of an axis: its table holds the values at even places.
function valueAt(axis, unit) {
  const at = unit * (axis.table.length - 1);
  const [low, high] = [axis.table[Math.floor(at)], axis.table[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}

function placeOf(axis, value) {
  const { table } = axis;
  const [first, last] = [table[0], table.at(-1)];
  if (value <= first) return 0;
  if (value >= last) return 1;
  const at = table.findIndex((each) => each >= value);
  const [low, high] = [table[at - 1], table[at]];
  return (at - 1 + (high === low ? 0 : (value - low) / (high - low))) / (table.length - 1);
}

// The range [from, to] that the address names for an axis, as places; null without one.
export function rangeOf(axis) {
  const asked = new URLSearchParams(location.search);
  if (axis.choices.length) {
    const chosen = asked.getAll(axis.filter).map((text) => axis.choices.indexOf(text)).filter((at) => at >= 0);
    if (!chosen.length) return null;
    return [Math.min(...chosen) / axis.choices.length, (Math.max(...chosen) + 1) / axis.choices.length];
  }
  const [low, high] = ["min", "max"].map((end) => parseFloat(asked.get(`${axis.filter}.${end}`)));
  if (Number.isNaN(low) && Number.isNaN(high)) return null;
  return [Number.isNaN(low) ? 0 : placeOf(axis, low), Number.isNaN(high) ? 1 : placeOf(axis, high)];
}

// The address with an axis limited to places [from, to], or without a limit (null).
export function filterAddress(axis, ends) {
  const url = new URL(location.href);
  for (const key of ["page", "after", "before", axis.filter, `${axis.filter}.min`, `${axis.filter}.max`]) {
    url.searchParams.delete(key);
  }
  if (!ends) return url;
  if (axis.choices.length) {
    axis.choices.forEach((choice, at) => {
      const place = (at + 0.5) / axis.choices.length;
      if (place >= ends[0] && place <= ends[1]) url.searchParams.append(axis.filter, choice);
    });
    return url;
  }
  if (ends[0] > 0) url.searchParams.set(`${axis.filter}.min`, digits(valueAt(axis, ends[0])));
  if (ends[1] < 1) url.searchParams.set(`${axis.filter}.max`, digits(valueAt(axis, ends[1])));
  return url;
}

// Lead the table to an address as a click on one of its links would.
export function brushed(url) {
  if (url.href === location.href) return;
  const table = document.getElementById("study-trials");
  const link = document.createElement("a");
  link.href = url.pathname + url.search;
  link.hidden = true;
  table.append(link);
  window.htmx.process(link);
  link.click();
}
