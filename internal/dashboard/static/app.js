// What a browser adds to pages that are whole without it: charts to look closer at, and news.
"use strict";

(() => {
  document.documentElement.classList.add("scripts");

  // --- news -----------------------------------------------------------------------------------------------------------

  const live = document.getElementById("live");
  const said = document.getElementById("said");
  let stream = null;
  let known = null;

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // fresh fetches this page again and puts its content in the place of the old. Where the keyboard is stays where it is.
  async function fresh() {
    const answer = await fetch(location.href, {credentials: "same-origin"});
    if (!answer.ok || answer.redirected) return;
    const next = parse(await answer.text());
    const main = document.getElementById("main");
    const inside = main.contains(document.activeElement) && document.activeElement !== main ? document.activeElement : null;
    if (inside && inside.matches("input, select")) return; // somebody is writing
    const href = inside && inside.getAttribute("href");
    const open = [...main.querySelectorAll("details")].map((d) => d.open);
    main.replaceChildren(...next.getElementById("main").childNodes);
    main.querySelectorAll("details").forEach((d, i) => { d.open = open[i] || false; });
    if (href) main.querySelector(`[href="${CSS.escape(href)}"]`)?.focus();
    draw();
  }

  function watch() {
    if (stream || document.hidden || !document.body.dataset.events) return;
    stream = new EventSource(document.body.dataset.events);
    stream.addEventListener("live", (e) => live.replaceChildren(...parse(JSON.parse(e.data)).body.childNodes));
    stream.addEventListener("runs", (e) => {
      const id = JSON.parse(e.data);
      if (known !== null && known !== id && id) {
        if (document.body.hasAttribute("data-fresh")) {
          fresh().catch(() => {}); // the next run brings another try
          said.textContent = "A run has come; this page shows it.";
        } else {
          const a = document.createElement("a");
          a.href = "/runs/" + encodeURIComponent(id);
          a.textContent = "Look at it";
          said.replaceChildren("A run has come. ", a);
        }
      }
      known = id;
    });
  }

  // A browser has few connections to one host: a page that nobody sees gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else {
      watch();
    }
  });
  addEventListener("pagehide", () => { stream?.close(); stream = null; });
  addEventListener("pageshow", watch);

  // --- the trend ------------------------------------------------------------------------------------------------------

  let chart = null;
  let redraw = null;

  const thousands = new Intl.NumberFormat("en");
  const date = (seconds) => new Date(seconds * 1000).toLocaleDateString("en-GB", {day: "numeric", month: "short", year: "numeric", timeZone: "UTC"});
  const minute = (seconds) => date(seconds) + ", " + new Date(seconds * 1000).toISOString().slice(11, 16);

  function amount(v, unit) {
    const digits = v !== 0 && Math.abs(v) < 1 ? 2 : Math.abs(v) < 10 ? 1 : 0;
    const text = unit === "%" ? v.toFixed(2) : thousands.format(Number(v.toFixed(digits)));
    return unit ? text + "\u2009" + unit : text;
  }

  function draw() {
    chart?.destroy();
    redraw?.abort();
    chart = redraw = null;
    const place = document.getElementById("plot");
    const source = document.getElementById("chart");
    if (!place || !source || typeof uPlot !== "function") return;
    const d = JSON.parse(source.textContent);
    const n = d.values.length;
    if (n === 0) return;
    const readout = document.getElementById("readout");
    redraw = new AbortController();
    const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const x = d.values.map((_, i) => i);
    const breaches = (v) => d.threshold > 0 && (d.atLeast ? v < d.threshold : v > d.threshold);
    let at = -1;
    // Runs of one day are told apart by the hour.
    const narrow = d.times[n - 1] - d.times[0] < 3 * 86400;
    const tick = (seconds) => narrow ? minute(seconds).replace(/ \d{4},/, ",") : date(seconds);

    const tell = (i) => {
      at = i;
      if (i < 0) i = n - 1; // the newest, until somebody points at another
      readout.textContent = i >= n ? "\u00a0" :
        [minute(d.times[i]), amount(d.values[i], d.unit) + (breaches(d.values[i]) ? ", beyond the threshold" : ""), d.about[i]].filter((part) => part.trim()).join(" \u00b7 ");
    };
    const open = (i) => { if (i >= 0 && i < n && d.runs[i]) location.href = "/runs/" + encodeURIComponent(d.runs[i]); };

    // extras draws threshold, steps with their levels, and the values beyond the threshold.
    const extras = (u) => {
      const c = u.ctx;
      const ratio = devicePixelRatio;
      const {left, top, width, height} = u.bbox;
      const px = (v) => u.valToPos(v, "x", true);
      const py = (v) => u.valToPos(v, "y", true);
      const stroke = (colour, dash, thick, path) => {
        c.strokeStyle = colour; c.lineWidth = thick * ratio; c.setLineDash(dash.map((v) => v * ratio));
        c.beginPath(); path(); c.stroke();
      };
      c.save();
      c.beginPath(); c.rect(left, top, width, height); c.clip();
      if (d.threshold > 0) stroke(css("--dim"), [4, 3], 1, () => { c.moveTo(left, py(d.threshold)); c.lineTo(left + width, py(d.threshold)); });
      c.font = `${12 * ratio}px sans-serif`;
      c.fillStyle = css("--dim");
      c.textAlign = "left";
      d.steps.forEach((s) => {
        const where = px(s.index - 0.5);
        stroke(css("--dim"), [], 1.5, () => { c.moveTo(where, top); c.lineTo(where, top + height); });
        c.fillText(s.commit, where + 5 * ratio, top + 11 * ratio);
      });
      if (n <= 400) {
        const radius = (n > 120 ? 2 : 3) * ratio;
        d.values.forEach((v, i) => {
          c.fillStyle = css(breaches(v) ? "--bad" : "--accent");
          c.beginPath(); c.arc(px(i), py(v), radius, 0, 2 * Math.PI); c.fill();
        });
      }
      c.restore();
    };

    const top = Math.max(d.threshold, ...d.values) * 1.08 || 1;
    const axis = {stroke: () => css("--dim"), grid: {stroke: () => css("--grid"), width: 1}, ticks: {show: false}, font: "12px sans-serif"};
    const series = [{}, {stroke: () => css("--accent"), width: n > 400 ? 1 : 1.8, points: {show: false}}];
    const data = [x, d.values];
    if (d.drift) {
      series.push({stroke: () => css("--accent"), width: 2, dash: [8, 4], points: {show: false}});
      data.push(d.drift);
    }
    place.replaceChildren();
    chart = new uPlot({
      width: place.clientWidth, height: place.clientHeight, legend: {show: false}, series,
      scales: {x: {time: false, range: (u, low, high) => low === high ? [low - 1, high + 1] : [low - 0.5, high + 0.5]}, y: {range: (u, low, high) => [0, Math.max(high, Math.min(d.threshold, top)) * (d.steps.length > 0 ? 1.16 : 1.08)]}},
      axes: [
        {...axis, size: 34, space: 110, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], values: (u, all) => all.map((i) => Number.isInteger(i) && d.times[i] !== undefined ? tick(d.times[i]) : "")},
        {...axis, size: 72, values: (u, all) => all.map((v) => v === 0 ? "0" : amount(v, d.unit))},
      ],
      cursor: {y: false, points: {size: 8}},
      hooks: {draw: [extras], setCursor: [(u) => tell(u.cursor.idx ?? -1)]},
    }, data, place);
    tell(-1);

    place.tabIndex = 0;
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", place.dataset.label + ", over " + n + " runs. Left and right arrows go from run to run, Enter opens one.");
    const {signal} = redraw;
    place.addEventListener("keydown", (e) => {
      const to = {ArrowLeft: at < 0 ? n - 1 : at - 1, ArrowRight: at < 0 ? 0 : at + 1, Home: 0, End: n - 1}[e.key];
      if (to !== undefined) {
        e.preventDefault();
        const i = Math.max(0, Math.min(n - 1, to));
        chart.setCursor({left: chart.valToPos(i, "x"), top: chart.valToPos(d.values[i], "y")});
        tell(i);
      } else if (e.key === "Enter") {
        open(at);
      }
    }, {signal});
    chart.over.addEventListener("click", () => { if (chart.select.width < 2) open(at); }, {signal});
    const size = new ResizeObserver(() => chart?.setSize({width: place.clientWidth, height: place.clientHeight}));
    size.observe(place);
    signal.addEventListener("abort", () => size.disconnect());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart?.redraw(false), {signal});
  }

  draw();
  watch();
})();
