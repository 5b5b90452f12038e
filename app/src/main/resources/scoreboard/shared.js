"use strict";
/* What the live page and the report have in common. Names are the clients': they get into the page
 * as text alone, never as markup. */

function number(value) {
  return value.toLocaleString("en-US", {maximumFractionDigits: value < 100 ? 1 : 0});
}

/* Of a log whose lines are out of order, some figures are not known. */
function known(value) {
  return value === null ? "not known" : number(value);
}

/* nginx logs whole milliseconds. */
function ms(value) {
  return value === 0 ? "<1 ms" : value < 10000 ? number(value) + " ms" : number(value / 1000) + " s";
}

function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return number(value) + " " + units[unit];
}

/* Docker's proxy takes more CPU than nginx does. A load that comes through it measures the proxy. */
function showProxied(parent, summary) {
  parent.hidden = summary.via_proxy <= summary.requests / 2;
  parent.textContent = parent.hidden ? "" : number(summary.via_proxy) + " requests came from the address of"
    + " Docker's proxy, which takes more CPU than nginx does. Clients on this machine pass it by at the"
    + " machine's own address in place of 127.0.0.1, or with nginx in the host's network.";
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/* A figure with what it is: rows of [id, label, value, mood]. */
function showTiles(parent, tiles) {
  parent.replaceChildren(...tiles.map(([id, label, value, mood]) => {
    const tile = element("div", "tile " + (mood || ""), "");
    tile.append(element("span", "label fit", label));
    const shown = element("span", "value fit", value);
    shown.id = id;
    tile.append(shown);
    return tile;
  }));
  fit(parent);
}

/* Makes each text small enough for its place. All are measured before any is changed, so that the
 * page is laid out once. Letters do not grow and shrink quite evenly: it may take a second look. */
function fit(parent) {
  const texts = [...parent.querySelectorAll(".fit")];
  texts.forEach((text) => text.style.fontSize = "");
  for (let look = 0; look < 3; look++) {
    const sizes = texts.map((text) => text.scrollWidth <= text.clientWidth ? 0
      : parseFloat(getComputedStyle(text).fontSize) * text.clientWidth / text.scrollWidth);
    texts.forEach((text, i) => {
      if (sizes[i]) {
        text.style.fontSize = Math.floor(sizes[i] * 10) / 10 + "px";
      }
    });
    if (!sizes.some((size) => size)) {
      return;
    }
  }
}

addEventListener("resize", () => fit(document));

function showTable(table, head, rows) {
  const line = (tag, cells) => {
    const row = document.createElement("tr");
    row.append(...cells.map((cell) => element(tag, "", cell)));
    return row;
  };
  table.replaceChildren(line("th", head), ...rows.map((row) => line("td", row)));
}

function serverRows(servers) {
  return Object.entries(servers).map(([who, server]) => [
    who,
    number(server.requests),
    server.requests ? ms(server.latency.p50_ms) : "–",
    server.requests ? ms(server.latency.p99_ms) : "–",
  ]);
}

/* How far the clients that gave up had come: the stages at which there were any. */
const WHOLE = {sending: "the upload", receiving: "the answer"};

function gaveUpStages(gaveUp) {
  return Object.entries(gaveUp.by_stage).filter(([, stage]) => stage.requests).map(([name, stage]) => ({
    name,
    requests: number(stage.requests),
    after: ms(stage.after.p50_ms),
    afterMax: ms(stage.after.max_ms),
    far: stage.percent_p50 === null ? "" : stage.percent_p50 + " % of " + WHOLE[name],
    farMax: stage.percent_max === null ? "" : stage.percent_max + " %",
  }));
}

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 604800];

/* Those that can be written with one digit behind the point. */
const NUMBER_STEPS = [0.1, 0.2, 0.5];
for (let power = 1; power <= 1e12; power *= 10) {
  NUMBER_STEPS.push(power, 2 * power, 5 * power);
}

function time(second) {
  return new Date(second * 1000).toISOString().substring(11, 19);
}

/* From a little below 0, so that a line at 0 is seen whole; to 1 at least, so that there are
 * tenths where all is less than 1. */
function range(u, min, max) {
  const top = Math.max(1, max * 1.1);
  return [-top / 40, top];
}

/* A plot that fills its element, with letters of a size that fits the window. series: [label,
 * colour]. */
function plot(parent, series) {
  const state = {data: [[], ...series.map(() => [])]};
  let made;
  let shownLetter;
  const letter = () => Math.round(Math.max(12, 0.0205 * Math.min(innerHeight, 0.5625 * innerWidth)));
  const size = () => ({width: parent.clientWidth, height: parent.clientHeight});
  const draw = () => {
    shownLetter = letter();
    const font = shownLetter + "px sans-serif";
    const axis = {stroke: "#b9c4d0", grid: {stroke: "#2a3440"}, ticks: {stroke: "#2a3440"}, font};
    const wide = (u, labels) =>
      shownLetter * (1.2 + 0.62 * Math.max(3, ...(labels || []).map((label) => label.length)));
    made?.destroy();
    made = new uPlot({
      ...size(),
      padding: [null, 2.5 * shownLetter, null, null], /* for one half of the last time */
      legend: {show: false},
      cursor: {show: false},
      scales: {y: {range}},
      axes: [
        {...axis, size: 2 * shownLetter, space: 7 * shownLetter, incrs: TIME_STEPS_S,
          values: (u, ticks) => ticks.map(time)},
        {...axis, size: wide, space: 2.2 * shownLetter, incrs: NUMBER_STEPS,
          values: (u, ticks) => ticks.map((tick) => number(tick || 0))},
      ],
      series: [{}, ...series.map(([label, stroke]) => ({label, stroke,
        width: Math.max(2, shownLetter / 7), points: {show: false}}))],
    }, state.data, parent);
    state.made = made;
  };
  state.setData = (data) => {
    state.data = data;
    made.setData(data);
  };
  draw();
  /* Not the window's resize: what is around a plot gets its height when the first figures come. */
  new ResizeObserver(() => letter() === shownLetter ? made.setSize(size()) : draw()).observe(parent);
  const key = element("div", "key", "");
  key.append(...series.map(([label, stroke]) => {
    const name = element("span", "", label);
    name.style.color = stroke;
    return name;
  }));
  parent.parentElement.querySelector("figcaption").append(key);
  return state;
}

const RATE_SERIES = [["2xx", "#4ade80"], ["gave up", "#c084fc"], ["4xx", "#facc15"], ["5xx", "#fb5a5a"]];
const LATENCY_SERIES = [["p99", "#f59e0b"], ["p50", "#60a5fa"], ["mean", "#f2f5f8"]];

function showCourse(rate, latency, points) {
  const column = (name) => points.map((point) => point[name]);
  const seconds = column("second");
  rate.setData([seconds, column("success_per_second"), column("gave_up_per_second"),
    column("client_errors_per_second"), column("server_errors_per_second")]);
  latency.setData([seconds, column("p99_ms"), column("p50_ms"), column("mean_ms")]);
}
