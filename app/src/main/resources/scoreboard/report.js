"use strict";
const {title, summary} = JSON.parse(document.getElementById("content").textContent);
const byId = (id) => document.getElementById(id);

byId("what").textContent = title + (summary.requests ? ": " + summary.first + " to " + summary.last : "");
showProxied(byId("proxy"), summary);
showTiles(byId("tiles"), [
  ["requests", "requests", number(summary.requests)],
  ["ok", "2xx", number(summary.statuses["2xx"]), "good"],
  ["client-errors", "4xx", number(summary.statuses["4xx"])],
  ["gave-up", "gave up", number(summary.gave_up.requests)],
  ["server-errors", "5xx", number(summary.statuses["5xx"]), summary.statuses["5xx"] ? "bad" : "good"],
  ["mean", "mean 2xx/s", known(summary.success_per_second_mean)],
  ["sustained", "sustained 2xx/s", known(summary.success_per_second_sustained)],
  ["most", "maximum 2xx/s", known(summary.success_per_second_max)],
  ["p50", "p50", ms(summary.latency.p50_ms)],
  ["p95", "p95", ms(summary.latency.p95_ms)],
  ["p99", "p99", ms(summary.latency.p99_ms)],
  ["max", "slowest", ms(summary.latency.max_ms)],
  ["bytes", "sent", bytes(summary.bytes_sent)],
  ["garbage", "lines not read", number(summary.garbage_lines), summary.garbage_lines ? "bad" : ""],
]);
if (summary.out_of_order) {
  byId("order").textContent = "The lines are out of order: line " + number(summary.out_of_order.line)
    + " is of " + summary.out_of_order.time + ", and one before it is of " + summary.out_of_order.after
    + ". Either the files were not given oldest first, or the clock went back. So the requests a"
    + " second are not known, and there is no plot.";
  byId("order").hidden = false;
  byId("plots").hidden = true;
}
showCourse(plot(byId("rate"), RATE_SERIES), plot(byId("latency"), LATENCY_SERIES), summary.course);
showTable(byId("servers"), ["", "requests", "p50", "p99"], serverRows(summary.served_by));
showTable(byId("stages"), ["gave up", "requests", "after, p50", "after, max", "p50 had come to", "the farthest to"],
  gaveUpStages(summary.gave_up).map((stage) =>
    [stage.name, stage.requests, stage.after, stage.afterMax, stage.far || "–", stage.farMax || "–"]));
showTable(byId("slowest"), ["", "status", "name"],
  summary.slowest.map((slow) => [ms(slow.duration_ms), slow.method + " " + slow.status, slow.name]));
showTable(byId("busiest"), ["requests", "name"],
  summary.busiest.map((busy) => [number(busy.requests), busy.name]));
