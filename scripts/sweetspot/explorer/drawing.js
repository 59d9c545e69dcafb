"use strict";
// What both parts of the page share: the data, elements, numbers in words, and one look for all plots.

const DATA = JSON.parse(document.getElementById("data").textContent);
const DARK = "#1a1a1a", GREY = "#595959", LIGHT = "#e3e3e3";
const NARROW = 640; // pixels
const element = (name) => document.getElementById(name);

/** A number with few digits, as in the text. */
function words(value, digits = 3) {
  if (value === null) return "∞";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}

/** The short id of a record, for a hover; a result that was made by hand has none. */
const recordWords = (name) => (name ? `record ${name}` : "no record");

/** Text that Plotly takes as text: it reads some HTML. */
const escaped = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Fill a <select>, and keep what was chosen if it is still there. */
function fill(select, options) {
  const before = select.value;
  select.replaceChildren(...options.map(({ value, label }) => new Option(label, value)));
  if (options.some(({ value }) => value === before)) select.value = before;
  select.disabled = options.length < 2;
}

/** Ratios stand evenly in log(1 + ratio), so that 0 has its place. */
const place = (ratio) => Math.log1p(ratio);

/** A colour, #rrggbb, with opacity. */
function faint(colour, opacity) {
  const part = (at) => parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${part(1)},${part(3)},${part(5)},${opacity})`;
}

/** Ticks of a logarithmic axis at 1, 2 and 5, with whole numbers as labels; for axes of few decades. */
function logarithmicTicks(values) {
  const low = Math.min(...values), high = Math.max(...values);
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of [1, 2, 5]) ticks.push(Number(`${digit}e${power}`));
  }
  const within = ticks.filter((tick) => tick >= low / 1.2 && tick <= high * 1.2);
  const chosen = within.length > 6 ? within.filter((tick) => /^0*\.?0*1/.test(String(tick))) : within;
  return { tickvals: chosen, ticktext: chosen.map(String) };
}

/** Draw, or draw anew, in an element. */
function draw(name, traces, layout, height) {
  element(name).hidden = false;
  element(name).style.height = `${height}px`; // where Plotly finds it when the window changes
  const narrow = element(name).clientWidth < NARROW;
  const axis = {
    color: DARK, gridcolor: LIGHT, linecolor: DARK, showline: true, ticks: "outside", zeroline: false,
    fixedrange: true, automargin: false,
  };
  const whole = {
    autosize: true, dragmode: false, hovermode: "closest", paper_bgcolor: "#fff", plot_bgcolor: "#fff",
    font: { family: '"DejaVu Sans", Verdana, Arial, sans-serif', size: narrow ? 11 : 12, color: DARK },
    margin: { l: narrow ? 52 : 70, r: 22, t: 8, b: 46 },
    hoverlabel: { bgcolor: "#fff", bordercolor: DARK, font: { color: DARK }, align: "left" },
    legend: { orientation: "h", x: 0, y: -0.22, yanchor: "top", itemclick: false, itemdoubleclick: false },
    ...layout,
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
  };
  return Plotly.react(element(name), traces, whole, { displayModeBar: false, responsive: true });
}

/** Remove what was drawn. */
function clear(name) {
  Plotly.purge(element(name));
  element(name).hidden = true;
}

/** Draw anew when the width has changed from narrow to wide or back: margins and labels differ. */
function whenWidthChanges(redraw) {
  const query = matchMedia(`(max-width: ${NARROW}px)`);
  query.addEventListener("change", redraw);
}
