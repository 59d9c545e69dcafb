"use strict";
// The theory: sliders step through a grid that was computed beforehand; nothing is computed here.

(() => {
  const { axes, ratios, curves, optima } = DATA.theory;
  const NAMES = ["noise", "distance", "decay", "samples"]; // in the order of the grid's axes
  const START = { noise: 0.5, distance: 1, decay: 2, samples: 100 };
  const LOOKS = [
    { name: "bound", label: "bound of Theorem 2.2", colour: "#d55e00", dash: "dashdot", symbol: "star" },
    { name: "tight", label: "tighter bound", colour: "#029e73", dash: "dot", symbol: "diamond" },
    { name: "risk", label: "risk", colour: "#0173b2", dash: "solid", symbol: "circle" },
  ];
  const STEPS = 1000; // of a packed logarithm to base 10

  /** Numbers that are packed as 16-bit logarithms, lowest byte first. */
  function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 2 }, (_, at) => 10 ** (view.getInt16(2 * at, true) / STEPS));
  }
  const values = Object.fromEntries(Object.entries(curves).map(([name, text]) => [name, unpacked(text)]));

  /** How a ratio is said that was looked for among those of the grid only. */
  const about = (ratio) => (ratio <= ratios[0] ? "at or below" : ratio >= ratios.at(-1) ? "at or above" : "at about");

  /** Where a curve is in the grid. */
  const chosen = () => NAMES.reduce((at, name) => at * axes[name].length + Number(element(name).value), 0);

  function show() {
    for (const name of NAMES) {
      const value = axes[name][Number(element(name).value)];
      const text = name === "distance" && value === 0 ? "0 (equal)" : value.toLocaleString("en");
      element(`${name}-value`).textContent = text;
      element(name).setAttribute("aria-valuetext", text);
    }
    const at = chosen();
    const samples = axes.samples[Number(element("samples").value)];
    const traces = LOOKS.flatMap(({ name, label, colour, dash, symbol }) => {
      const y = values[name].slice(at * ratios.length, (at + 1) * ratios.length);
      const line = {
        type: "scatter", mode: "lines", name: label, x: ratios, y, line: { color: colour, dash, width: 2 },
        hovertemplate: `${label}<br>ratio %{x:.3g}: %{y:.3g}<extra></extra>`,
      };
      const best = optima[name][at];
      if (best === null || best < ratios[0] || best > ratios.at(-1)) return [line];
      const near = ratios.reduce((found, each, index) =>
        (Math.abs(Math.log(each / best)) < Math.abs(Math.log(ratios[found] / best)) ? index : found), 0);
      return [line, {
        type: "scatter", mode: "markers", name: `lowest, ${label}`, x: [best], y: [y[near]], showlegend: false,
        marker: { color: colour, symbol, size: 12, line: { color: DARK, width: 1 } },
        hovertemplate: `${label}: lowest at the ratio ${words(best)}<extra></extra>`,
      }];
    });
    draw("risk", traces, {
      xaxis: {
        type: "log", range: [ratios[0], ratios.at(-1)].map(Math.log10), title: { text: "ratio λ", standoff: 8 },
        dtick: 1, exponentformat: "power",
      },
      yaxis: { type: "log", title: { text: "excess test error", standoff: 6 }, exponentformat: "power", nticks: 8 },
    }, 430);
    const [bound, , risk] = LOOKS.map(({ name }) => optima[name][at]);
    element("theory-words").textContent = bound === null
      ? "The two distributions are equal: the more synthetic data, the better."
      : `The bound is lowest at ratio ${words(bound)}: ${words(bound * samples)} synthetic for ${samples} real samples.`
        + ` The risk itself is lowest ${about(risk)} ${words(risk, 2)}.`;
    element("risk").setAttribute("aria-label", "bounds and risk against the ratio, with their lowest points");
  }

  for (const name of NAMES) {
    element(name).max = axes[name].length - 1;
    element(name).value = Math.max(axes[name].indexOf(START[name]), 0);
    element(name).addEventListener("input", show);
  }
  whenWidthChanges(show);
  show();
})();
