// app.js - the state of the page, and what each action does to card and page.

import { call } from "./api.js";
import { CardPicture } from "./card.js";
import { byId, time } from "./dom.js";
import { lockPanel } from "./lock.js";
import { sectorPanel } from "./sector.js";
import { Trace } from "./trace.js";

const state = {
  card: null, pin: null, purse: undefined, words: null, sectors: new Map(), selected: 0, view: null,
  edits: new Map(), editing: null, preview: null, gate: null, refusal: null, good: null,
};
const trace = new Trace();
const picture = new CardPicture((number) => choose(number));
let statusTimer;

function say(text) {
  byId("status").textContent = text;
  clearTimeout(statusTimer);
  statusTimer = setTimeout(() => { byId("status").textContent = ""; }, 6000);
}

function nameOf(element) {
  return element.getAttribute("aria-label") || element.textContent || element.name;
}

// Nothing is being entered or looked over.
function free() {
  return !state.preview && state.editing === null;
}

function draw() {
  const focus = document.activeElement;
  const name = byId("sector").contains(focus) || byId("lock").contains(focus) ? nameOf(focus) : null;
  drawParts();
  if (name === null || focus.isConnected) return;
  const successors = [...document.querySelectorAll("#sector button, #lock button, #lock input")];
  (successors.find((element) => nameOf(element) === name && !element.disabled) ?? byId("sector")).focus({ preventScroll: true });
}

function drawParts() {
  if (state.card) picture.show(state);
  byId("lock").replaceChildren(...lockPanel(state.pin, lockActions));
  byId("sector").setAttribute("aria-label", `Sector ${state.selected}`);
  byId("sector").replaceChildren(...sectorPanel(state, sectorActions));
}

// One request; a refusal is shown, the time it took is told.
async function ask(method, path, body, what) {
  state.refusal = null;
  state.good = null;
  const answer = await call(method, path, body);
  trace.fetch();
  if (!answer.ok) state.refusal = answer.refusal;
  if (answer.time && what) say(`${answer.ok ? what : "Refused"}: ${time(answer.time)}`);
  return answer;
}

function forget() {
  state.edits.clear();
  state.editing = null;
  state.preview = null;
}

function keep(number, answer) {
  state.sectors.set(number, answer.ok ? { view: answer.view } : { refusal: answer.refusal });
}

async function readCard() {
  const answer = await call("GET", "/api/card");
  if (!answer.ok) {
    state.refusal = answer.refusal;
    return false;
  }
  Object.assign(state, { card: answer.card, pin: answer.pin, purse: answer.purse, words: answer.words });
  return true;
}

async function choose(number) {
  if (number !== state.selected) {
    forget();
    state.gate = null;
    state.view = null;
  }
  state.selected = number;
  picture.show(state);
  await readSector(number, `Sector ${number} read`);
}

async function readSector(number, what) {
  const answer = await ask("GET", `/api/sectors/${number}`, undefined, what);
  keep(number, answer);
  if (number !== state.selected) return;
  state.view = answer.ok ? answer.view : null;
  draw();
}

// How the PIN stands, from the card itself.
async function refreshPin() {
  const answer = await call("GET", "/api/pin");
  if (answer.ok) state.pin = answer.pin;
}

const lockActions = {
  async unlock({ pin }) {
    const answer = await ask("POST", "/api/unlock", { pin }, "Unlocked");
    if (answer.ok) state.pin.verified = true;
    else await refreshPin();
    draw();
    if (answer.ok) byId("sector").focus();
    else byId("lock").querySelector("input")?.focus();
  },
  async unblock(entered) {
    const answer = await ask("POST", "/api/unblock", entered, "New PIN set");
    if (answer.ok) state.good = { title: "The card has a new PIN", text: "Unlock it with that." };
    await refreshPin();
    draw();
    byId("lock").querySelector("input")?.focus();
  },
  async lock() {
    await ask("POST", "/api/lock", {}, "Locked");
    forget();
    await refreshPin();
    draw();
  },
};

const sectorActions = {
  again: () => readSector(state.selected, `Sector ${state.selected} read`),
  edit(index) {
    state.editing = index;
    state.good = null;
    draw();
    byId("sector").querySelector(".editor input:not([type=radio]), .editor select")?.focus();
  },
  cancel() {
    state.editing = null;
    draw();
    byId("sector").focus();
  },
  async stage(edit) {
    state.edits.set(edit.block, edit);
    await sectorActions.look();
  },
  async look() {
    if (state.edits.size === 0) return;
    const answer = await ask("POST", `/api/sectors/${state.selected}/preview`, { edits: [...state.edits.values()] });
    if (answer.ok) {
      state.preview = answer.preview;
      state.editing = null;
    }
    draw();
    byId("preview")?.focus();
  },
  more() {
    state.preview = null;
    draw();
    byId("sector").focus();
  },
  drop() {
    forget();
    draw();
    byId("sector").focus();
  },
  async write() {
    const answer = await ask("POST", `/api/sectors/${state.selected}/modify`, { edits: [...state.edits.values()] }, "Written");
    await settle(answer, "Written and read back", "The buffer file keeps what was there before: Undo brings it back.");
  },
  async undo() {
    const answer = await ask("POST", `/api/sectors/${state.selected}/undo`, {}, "Undone");
    await settle(answer, "Undone", "The sector is what the card's backup says.");
  },
  async gate() {
    const answer = await ask("POST", `/api/sectors/${state.selected}/gate`, {}, "Read by a gate");
    state.gate = answer.ok ? answer.gate : null;
    draw();
    byId("gate")?.scrollIntoView({ block: "nearest" });
  },
};

// After a change: the sector as the card has it now.
async function settle(answer, title, text) {
  if (answer.ok) {
    forget();
    state.gate = null;
    state.view = answer.view;
    state.good = { title, text: `${text} It took ${time(answer.time)}.` };
    keep(state.selected, answer);
  }
  if (answer.refusal?.sw === "6982") await refreshPin();
  draw();
  byId("sector").focus();
}

const shortcuts = {
  s: () => picture.focus(state.selected),
  b: () => (byId("sector").querySelector(".block button") ?? byId("sector").querySelector(".block"))?.focus(),
  l: () => (byId("lock-button") ? lockActions.lock() : byId("lock").querySelector("input")?.focus()),
  p: () => sectorActions.look(),
  u: () => state.pin?.verified && free() && sectorActions.undo(),
  g: () => free() && sectorActions.gate(),
  r: () => free() && sectorActions.again(),
  t: () => byId("trace").focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return state.editing !== null ? sectorActions.cancel() : state.preview ? sectorActions.drop() : undefined;
  const typing = event.target.matches("input:not([type=radio]), select, textarea");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || !shortcuts[event.key]) return undefined;
  event.preventDefault();
  return shortcuts[event.key]();
});

async function start() {
  if (!(await readCard())) return draw();
  picture.build(state.card);
  draw();
  await choose(0);
  for (let number = 0; number < state.card.sectors; ++number) {
    if (!state.sectors.has(number)) keep(number, await call("GET", `/api/sectors/${number}`));
    picture.show(state);
  }
  trace.fetch();
  return undefined;
}

trace.start();
start();
