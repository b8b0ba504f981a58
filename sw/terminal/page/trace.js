// trace.js - the live list of what went over contacts and air.

import { call } from "./api.js";
import { byId, h, hex } from "./dom.js";

const MOST_ROWS = 600;
const PAUSE_MS = 700;

function stamp(us) {
  return us < 1e6 ? `${(us / 1e3).toFixed(3)} ms` : `${(us / 1e6).toFixed(4)} s`;
}

function row(entry) {
  const spent = entry.took_us > 0 ? ` (${stamp(entry.took_us)})` : "";
  return h("tr", { class: `${entry.way}${entry.note.startsWith("refused") ? " refused" : ""}` },
    h("td", { class: "time" }, stamp(entry.us)), h("td", { class: "way" }, entry.way), h("td", { class: "from" }, entry.sender),
    h("td", { class: "what" }, `${entry.note}${spent}`, entry.bytes && hex(entry.bytes)));
}

export class Trace {
  constructor() {
    this.last = 0;
    this.busy = false;
    this.follow = true;  // until the user scrolls back
    this.box = byId("trace");
    this.rows = this.box.querySelector("tbody");
  }

  start() {
    this.box.addEventListener("scroll", () => { this.follow = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 40; });
    setInterval(() => document.hidden || this.fetch(), PAUSE_MS);
    this.fetch();
  }

  async fetch() {
    if (this.busy) return;
    this.busy = true;
    const answer = await call("GET", `/api/trace?after=${this.last}`);
    this.busy = false;
    if (!answer.ok) return;
    this.last = answer.traffic.at(-1)?.number ?? this.last;
    this.rows.append(...answer.traffic.map(row));
    while (this.rows.childElementCount > MOST_ROWS) this.rows.firstElementChild.remove();
    if (this.follow) this.box.scrollTop = this.box.scrollHeight;
  }
}
