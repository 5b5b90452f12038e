"use strict";
/* What the live page and the report have in common. Names are the clients': they get into the page
 * as text alone, never as markup. */

function number(value) {
  return value.toLocaleString("en-US", {maximumFractionDigits: value < 100 ? 1 : 0});
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
    tile.append(element("span", "label", label));
    const shown = element("span", "value", value);
    shown.id = id;
    tile.append(shown);
    return tile;
  }));
}

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

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 604800];

function time(second) {
  return new Date(second * 1000).toISOString().substring(11, 19);
}

/* A plot that fills its element. series: [label, colour]. */
function plot(parent, series) {
  const axis = {stroke: "#b9c4d0", grid: {stroke: "#2a3440"}, ticks: {stroke: "#2a3440"}};
  const font = getComputedStyle(document.body).getPropertyValue("--plot-font").trim();
  const size = () => ({width: parent.clientWidth, height: parent.clientHeight});
  const made = new uPlot({
    ...size(),
    legend: {show: false},
    cursor: {show: false},
    scales: {y: {range: (u, min, max) => [0, max > 0 ? max * 1.1 : 1]}},
    axes: [
      {...axis, font, size: 44, space: 150, incrs: TIME_STEPS_S, values: (u, ticks) => ticks.map(time)},
      {...axis, font, size: 92, space: 56, values: (u, ticks) => ticks.map(number)},
    ],
    series: [{}, ...series.map(([label, stroke]) => ({label, stroke, width: 3, points: {show: false}}))],
  }, [[], ...series.map(() => [])], parent);
  /* Not the window's resize: what is around a plot gets its height when the first figures come. */
  new ResizeObserver(() => made.setSize(size())).observe(parent);
  const key = element("div", "key", "");
  key.append(...series.map(([label, stroke]) => {
    const name = element("span", "", label);
    name.style.color = stroke;
    return name;
  }));
  parent.parentElement.querySelector("figcaption").append(key);
  return made;
}

const RATE_SERIES = [["2xx", "#4ade80"], ["4xx", "#facc15"], ["5xx", "#fb5a5a"]];
const LATENCY_SERIES = [["p50", "#60a5fa"], ["p99", "#f59e0b"]];

function showCourse(rate, latency, points) {
  const column = (name) => points.map((point) => point[name]);
  const seconds = column("second");
  rate.setData([seconds, column("success_per_second"), column("client_errors_per_second"),
    column("server_errors_per_second")]);
  latency.setData([seconds, column("p50_ms"), column("p99_ms")]);
}
