"use strict";
// The runs: a curve with its seeds, the bound below it, and the ratios that methods predict. All share one axis.

(() => {
  const NAMES = ["task", "experiment", "arm", "quality", "metric"];
  const ARMS = {
    synthetic: "synthetic", more_real: "more real", more_source: "more source", target_real: "real target",
  };
  const SPREAD = 0.35; // of the smallest gap between two ratios, over which the seeds of a ratio are spread
  const MARGIN = 0.05; // of the axis, on either side
  const ROW = 29; // pixels for each method
  const REFERENCE = "more_real";

  const chosen = (name) => element(name).value;
  const inWords = (name) => name.replaceAll("_", " ");
  const options = (names, label = (name) => name) =>
    [...new Set(names)].map((value) => ({ value, label: label(value) }));

  function group() {
    return DATA.groups.find((each) => each.task === chosen("task") && each.experiment === chosen("experiment"));
  }

  function choices() {
    fill(element("task"), options(DATA.groups.map((each) => each.task)));
    const groups = DATA.groups.filter((each) => each.task === chosen("task"));
    fill(element("experiment"), options(groups.map((each) => each.experiment), inWords));
    const { curves, metrics } = group();
    fill(element("arm"), options(curves.map((each) => each.arm), (arm) => ARMS[arm]));
    const own = curves.filter((each) => each.arm === chosen("arm"));
    fill(element("quality"), options(own.map((each) => each.quality), (quality) => quality || "—"));
    fill(element("metric"), metrics.map(({ name, label }) => ({ value: name, label })));
  }

  /** The axis of ratios, the same in all plots. */
  function ratioAxis(curves, title) {
    const ratios = [...new Set(curves.flatMap((each) => each.ratios))].sort((a, b) => a - b);
    const last = place(ratios.at(-1));
    // Labels that have room, from the largest ratio down; all ratios have a line.
    let free = Infinity;
    const shown = ratios.map(() => "");
    for (let at = ratios.length - 1; at >= 0; at--) {
      if (free - place(ratios[at]) >= 0.055 * last || at === 0) {
        shown[at] = words(ratios[at]);
        free = place(ratios[at]);
      }
    }
    return {
      range: [-MARGIN * last, (1 + MARGIN) * last], tickvals: ratios.map(place), ticktext: shown,
      title: { text: title, standoff: 8 },
    };
  }

  function gap(ratios) {
    return Math.min(...ratios.slice(1).map((ratio, at) => place(ratio) - place(ratios[at])));
  }

  const recordOf = (curve, at, seed) => curve.records[at].length === 1 ? curve.records[at][0] : curve.records[at][seed];

  /** The runs of a curve as small points. */
  function seedsTrace(curve, values, label) {
    const trace = {
      type: "scatter", mode: "markers", name: "one run", x: [], y: [], text: [],
      hovertemplate: "%{text}<extra></extra>",
      marker: { color: faint(curve.colour, 0.4), size: 5, symbol: curve.symbol },
    };
    const width = Math.min(SPREAD * gap(curve.ratios), 1.8 * MARGIN * place(curve.ratios.at(-1)));
    curve.ratios.forEach((ratio, at) => curve.seeds.forEach((seed, number) => {
      const value = values[at][number];
      if (value === null) return;
      trace.x.push(place(ratio) + width * ((number + 0.5) / curve.seeds.length - 0.5));
      trace.y.push(value);
      trace.text.push(`ratio ${words(ratio)}, seed ${seed}<br>${label} ${words(value, 4)}<br>`
        + recordWords(recordOf(curve, at, number)));
    }));
    return trace;
  }

  /** The means of a curve with their intervals. */
  function meansTrace(curve, metric, label) {
    const { mean, low, high } = curve.metrics[metric];
    return {
      type: "scatter", mode: "lines+markers", name: escaped(curve.label), x: curve.ratios.map(place), y: mean,
      error_y: {
        type: "data", symmetric: false, array: mean.map((each, at) => high[at] - each),
        arrayminus: mean.map((each, at) => each - low[at]), thickness: 1.3, width: 3, color: curve.colour,
      },
      line: { color: curve.colour, dash: curve.dash, width: 2 },
      marker: { color: curve.colour, symbol: curve.symbol, size: 9, line: { color: "#fff", width: 1 } },
      text: curve.ratios.map((ratio, at) => {
        const names = [...new Set(curve.records[at])];
        const record = names.length === 1 ? recordWords(names[0]) : `${names.length} records, one for each job`;
        return `${escaped(curve.label)}, ratio ${words(ratio)}<br>mean ${label} ${words(mean[at], 4)}`
          + ` (${words(low[at], 4)} to ${words(high[at], 4)})<br>${record}`;
      }),
      hovertemplate: "%{text}<extra></extra>",
    };
  }

  function drawCurve(curve, reference, metric, axis) {
    const numbers = curve.metrics[metric.name];
    const base = { mean: numbers.mean[0], low: numbers.low[0], high: numbers.high[0] };
    const traces = [
      {
        type: "scatter", mode: "lines", name: "real data only, with its interval", x: axis.range,
        y: [base.mean, base.mean], line: { color: GREY, width: 1.5 }, hoverinfo: "skip",
      },
      seedsTrace(curve, numbers.values, metric.label),
      ...(reference && reference !== curve && reference.metrics[metric.name]
        ? [meansTrace(reference, metric.name, metric.label)] : []),
      meansTrace(curve, metric.name, metric.label),
    ];
    draw("curve", traces, {
      xaxis: axis,
      yaxis: { title: { text: metric.label, standoff: 6 }, nticks: 7 },
      shapes: [{
        type: "rect", xref: "paper", x0: 0, x1: 1, y0: base.low, y1: base.high, fillcolor: "rgba(89,89,89,0.15)",
        line: { width: 0 }, layer: "below",
      }],
    }, 430);
    describe("curve", `${metric.label} against the ratio for ${curve.label}, with every run and real data only`);
  }

  function drawBound(found, curve, axis) {
    const note = element("bound-note");
    if (!found) {
      note.textContent = curve.arm === "synthetic"
        ? "No bound: the distance of this quality was not measured, or not for this experiment."
        : "The bound is one of synthetic data.";
      clear("bound");
      return;
    }
    note.textContent = `Theorem ${found.theorem} at the measured distance. Only its shape counts: it is in units of its`
      + " constants, whose ratio is fitted once for each task, as in figure 4."
      + (found.best === null ? " The distance is not above that of the source, so more is always better."
        : ` Lowest at the ratio ${words(found.best)}.`);
    const within = found.best !== null && place(found.best) <= axis.range[1];
    const hover = `distance ${words(found.distance)} in units of the bound<br>${recordWords(found.record)}`;
    draw("bound", [
      {
        type: "scatter", mode: "lines", name: "bound", x: found.ratios.map(place), y: found.values,
        line: { color: curve.colour, width: 2 }, text: found.ratios.map((ratio) => `ratio ${words(ratio)}`),
        hovertemplate: `%{text}: bound %{y:.3g}<br>${hover}<extra></extra>`,
      },
      ...(within ? [{
        type: "scatter", mode: "markers", name: "its lowest point", x: [place(found.best)], y: [found.lowest],
        marker: { color: curve.colour, symbol: "star", size: 14, line: { color: DARK, width: 1 } },
        hovertemplate: `lowest at the ratio ${words(found.best)}<br>${hover}<extra></extra>`,
      }] : []),
    ], {
      xaxis: axis, showlegend: false,
      yaxis: { title: { text: "bound", standoff: 6 }, type: "log", ...logarithmicTicks(found.values) },
    }, 190);
    describe("bound", `bound of Theorem ${found.theorem} against the ratio`);
  }

  function drawPredictions(found, curve, axis) {
    const note = element("predictions-note");
    if (!found) {
      note.textContent = curve.arm === "synthetic" ? "Nothing was predicted for this quality."
        : "Ratios are predicted for synthetic data only.";
      clear("predictions");
      return;
    }
    note.textContent = "What each method predicts without the sweep, the best first. The sweep's lowest test loss is at"
      + ` the ratio ${words(found.best)} (dashed line)`
      + (found.resolved ? "." : ", but its noise does not tell which ratio is best.");
    const last = axis.range[1];
    const reach = (ratio) => Math.min(place(ratio), last);
    const methods = found.methods;
    const colour = (each) => each.fixed ? GREY : "#0173b2";
    const rows = methods.map((_, at) => at);
    draw("predictions", [
      {
        type: "scatter", mode: "markers", name: "predicted", x: methods.map((each) => reach(each.ratio)), y: rows,
        error_x: {
          type: "data", symmetric: false, thickness: 1.3, width: 3, color: DARK,
          array: methods.map((each) => each.high === null ? 0 : Math.max(reach(each.high) - reach(each.ratio), 0)),
          arrayminus: methods.map((each) => each.low === null ? 0 : Math.max(reach(each.ratio) - reach(each.low), 0)),
        },
        marker: {
          color: methods.map(colour), symbol: methods.map((each) => each.fixed ? "square" : "circle"), size: 9,
          line: { color: "#fff", width: 1 },
        },
        text: methods.map((each) => `${escaped(each.label)}: ratio ${words(each.ratio)}`
          + (each.low === null ? "" : ` (${words(each.low)} to ${words(each.high)})`)
          + `<br>relative regret ${each.regret === null ? "not known" : words(each.regret)}`
          + `<br>${recordWords(found.record)}`),
        hovertemplate: "%{text}<extra></extra>", cliponaxis: false,
      },
    ], {
      xaxis: axis, showlegend: false,
      yaxis: {
        range: [methods.length - 0.5, -0.9], showline: false, ticks: "", showticklabels: false, showgrid: false,
      },
      // Names stand above their lines inside the plot, so that its axis lies below that of the curve.
      annotations: methods.map((each, at) => ({
        text: escaped(each.label), xref: "paper", x: 0, y: at, xanchor: "left", yanchor: "bottom", yshift: 3,
        showarrow: false, font: { size: 11, color: DARK }, bgcolor: "#fff", borderpad: 0,
      })),
      shapes: [
        ...rows.map((at) => ({
          type: "line", xref: "paper", x0: 0, x1: 1, y0: at, y1: at, line: { color: LIGHT, width: 1 }, layer: "below",
        })),
        {
          type: "line", yref: "paper", x0: place(found.best), x1: place(found.best), y0: 0, y1: 1,
          line: { color: DARK, width: 1.5, dash: "dash" }, layer: "below",
        },
      ],
    }, 70 + ROW * methods.length);
    describe("predictions", `predicted ratios of ${methods.length} methods, and the best ratio of the sweep`);
  }

  function describe(name, text) {
    element(name).setAttribute("aria-label", text);
  }

  function say(found, curve, metric) {
    const { mean } = curve.metrics[metric.name];
    // More is better of shares such as Dice, less of losses and errors.
    const sign = /^(dice|lesion_f1)/.test(metric.name) ? -1 : 1;
    const best = mean.reduce((least, each, at) => (sign * each < sign * mean[least] ? at : least), 0);
    element("measured-words").textContent =
      `${curve.label}: mean ${metric.label} is best ` + (best === 0 ? `with real data only (${words(mean[0])}).`
        : `at ratio ${words(curve.ratios[best])} (${words(mean[best])}; real data only ${words(mean[0])}).`)
      + ` ${found.samples} real samples, ${curve.seeds.length} seeds,`
      + ` ${found.training}.`;
  }

  function list(curve, metric) {
    const { mean, low, high, values } = curve.metrics[metric.name];
    element("numbers").tBodies[0].replaceChildren(...curve.ratios.map((ratio, at) => {
      const row = document.createElement("tr");
      const names = [...new Set(curve.records[at])].filter(Boolean).join(", ") || "—";
      const runs = values[at].filter((each) => each !== null).length;
      const interval = `${words(low[at], 4)} to ${words(high[at], 4)}`;
      for (const text of [words(ratio), runs, words(mean[at], 4), interval, names]) row.insertCell().textContent = text;
      return row;
    }));
  }

  function show() {
    choices();
    const found = group();
    const curve = found.curves.find((each) => each.arm === chosen("arm") && each.quality === chosen("quality"));
    const metric = found.metrics.find((each) => each.name === chosen("metric"));
    const axis = ratioAxis(found.curves, "ratio of added to real data");
    const reference = found.curves.find((each) => each.arm === REFERENCE);
    const synthetic = curve.arm === "synthetic";
    drawCurve(curve, reference, metric, axis);
    drawBound(synthetic && found.bounds[curve.quality], curve, axis);
    drawPredictions(synthetic && found.predictions[curve.quality], curve, axis);
    say(found, curve, metric);
    list(curve, metric);
  }

  const tables = Object.entries(DATA.records).map(([name, id]) => `${name}.csv ${id || "without a record"}`);
  element("records").textContent = `Drawn from the tables ${tables.join(", ")}.`;
  for (const name of NAMES) element(name).addEventListener("change", show);
  whenWidthChanges(show);
  show();
})();
