"use strict";
const byId = (id) => document.getElementById(id);
const rate = plot(byId("rate"), RATE_SERIES);
const latency = plot(byId("latency"), LATENCY_SERIES);

/* Two states may be lost before the page says that it is not up to date. */
const STALE_MS = 3500;
let stale;
let broken;

function link(text, mood) {
  byId("link").textContent = text;
  byId("link").className = mood;
}

function share(servers, who, all) {
  return all ? (100 * servers[who].requests / all).toFixed(1) + " %" : "–";
}

function show(board) {
  const summary = board.summary;
  byId("since").textContent = summary.requests ? "requests since " + summary.first : "no requests yet";
  showProxied(byId("proxy"), summary);
  showTiles(byId("main"), [
    ["ok", "2xx", number(summary.statuses["2xx"]), "good"],
    ["server-errors", "5xx", number(summary.statuses["5xx"]), summary.statuses["5xx"] ? "bad" : "good"],
    ["now", "2xx a second, now", number(board.now), "good"],
    ["sustained", "sustained", number(summary.success_per_second_sustained)],
    ["most", "maximum", number(summary.success_per_second_max)],
    ["wrong", "wrong data", board.invalid_data === null ? "not measured" : number(board.invalid_data),
      board.invalid_data === null ? "unmeasured" : board.invalid_data ? "bad" : "good"],
    ["p50", "p50", ms(summary.latency.p50_ms)],
    ["p95", "p95", ms(summary.latency.p95_ms)],
    ["p99", "p99", ms(summary.latency.p99_ms)],
    ["max", "slowest", ms(summary.latency.max_ms)],
  ]);
  showTiles(byId("minor"), [
    ["requests", "requests", number(summary.requests)],
    ["client-errors", "4xx", number(summary.statuses["4xx"])],
    ["gave-up", "gave up", number(summary.gave_up.requests)],
    ["bytes", "sent", bytes(summary.bytes_sent)],
    ["nginx", "by nginx", share(summary.served_by, "nginx", summary.requests)],
    ["sidecar", "by sidecars", share(summary.served_by, "sidecar", summary.requests)],
    ["origin", "by file servers", share(summary.served_by, "origin", summary.requests)],
    ["garbage", "lines not read", number(summary.garbage_lines), summary.garbage_lines ? "bad" : ""],
  ]);
  showGaveUp(summary.gave_up);
  showCourse(rate, latency, board.recent);
  byId("sidecars").replaceChildren(...board.sidecars.map((state, i) => {
    const who = "sidecar " + (i + 1) + ": ";
    if (!state.answers) {
      return sidecar("bad", who + "no answer", "");
    }
    const mood = state.origin === "up" ? "" : state.origin === "unknown" ? "unknown" : "bad";
    const oldest = state.pending_count ? ", oldest " + ms(state.oldest_pending_ms) : "";
    return sidecar(mood, who + "origin " + state.origin, number(state.pending_count) + " pending" + oldest);
  }));
  fit(byId("sidecars"));
}

function sidecar(mood, ...lines) {
  const made = element("div", mood, "");
  made.append(...lines.map((line) => element("span", "fit", line)));
  return made;
}

/* How far those had come that gave up: "3 sending, after 2,000 ms, 20 % of the upload". */
function showGaveUp(gaveUp) {
  byId("far").hidden = gaveUp.requests === 0;
  byId("far").replaceChildren(element("span", "fit", "gave up, p50 of each: "
    + gaveUpStages(gaveUp).map((stage) => stage.requests + " " + stage.name + ", after " + stage.after
      + (stage.far ? ", " + stage.far : "")).join(" · ")));
  fit(byId("far"));
}

const events = new EventSource("/events");
events.onmessage = (event) => {
  show(JSON.parse(event.data));
  link("live", "");
  clearTimeout(broken);
  broken = undefined;
  clearTimeout(stale);
  stale = setTimeout(() => link("not up to date", "bad"), STALE_MS);
};
events.onerror = () => {
  /* A stream that ends as it should is an error, too, and the browser asks for the next one. */
  broken ??= setTimeout(() => link("no connection", "bad"), STALE_MS);
  /* It gives up for good after an answer that is no stream, such as 503. */
  if (events.readyState === EventSource.CLOSED) {
    link("no connection", "bad");
    setTimeout(() => location.reload(), 5000);
  }
};
