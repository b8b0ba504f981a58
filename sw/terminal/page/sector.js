// sector.js - the chosen sector: blocks, what they mean, what may be done.

import { h, hex, note, refusalNote } from "./dom.js";
import { editor } from "./editor.js";
import { previewPanel } from "./preview.js";

function blockRow(state, actions, block, index) {
  const staged = state.edits.has(index);
  const editing = state.editing === index;
  const may = state.pin?.verified && block.kind !== "manufacturer" && !editing && !state.preview;
  return h("li", { class: `block ${block.kind}${staged ? " staged" : ""}`, "data-block": index, tabindex: -1 },
    h("div", { class: "row" }, h("span", { class: "number" }, String(block.number)),
      h("span", { class: "meaning" }, block.meaning || "data"), staged && h("span", { class: "pill" }, "changed here"),
      may && h("button", { type: "button", onclick: () => actions.edit(index), "aria-label": `Change block ${block.number}` }, "Change")),
    hex(block.hex), seen(state.gate, index, block), block.rights && h("p", { class: "rights" }, `gates: ${block.rights}`),
    editing && editor(state.view, index, state.words, actions.stage, actions.cancel));
}

function directory(found) {
  const used = found.applications.filter(({ aid }) => aid !== "0000");
  return h("div", { class: "extra" }, h("h3", {}, "Application directory"),
    !found.sound && note("warning", "Mind", "Its check byte is wrong: gates may not trust it."),
    used.length === 0 ? "It names no application." :
      h("ul", { class: "apps" }, used.map(({ sector, aid, name }) => h("li", {}, h("b", {}, `${sector}`), `${name}${name.includes(aid) ? "" : ` (${aid})`}`))));
}

function message(ndef) {
  return h("div", { class: "extra" }, h("h3", {}, "NDEF message"),
    !ndef.whole && note("warning", "Mind", "It is broken, or goes on where the card cannot read."),
    ndef.records.map(({ type, text }) => h("div", { class: "ndef-record" }, h("small", {}, type), text)));
}

// What a gate has read of a block, next to what the contacts say.
function seen(reading, index, block) {
  if (!reading?.opened) return null;
  const bytes = reading.blocks[index].hex;
  if (bytes === null) return h("p", { class: "seen differs" }, "a gate with this key may not read it");
  if (bytes === block.hex) return h("p", { class: "seen same" }, "✓ a gate reads the same");
  return h("p", { class: "seen differs" }, "a gate reads ", hex(bytes));
}

function gateNote(reading, view) {
  if (!reading.opened) return note("alert", "The gate does not get in", reading.reader);
  const same = reading.blocks.filter(({ hex: bytes }, i) => bytes === view.blocks[i].hex).length;
  return h("div", { id: "gate", class: `note ${same === view.blocks.length ? "good" : "warning"}` },
    h("b", {}, `As a gate sees it, over the air with ${reading.reader}`), `${same} of ${view.blocks.length} blocks are the same as over contacts.`);
}

function tools(state, actions) {
  const free = !state.preview && state.editing === null;
  return h("div", { class: "tools" },
    h("button", { type: "button", onclick: actions.again, disabled: !free }, "Read again"),
    h("button", { type: "button", onclick: actions.gate, disabled: !free }, "As a gate sees it"),
    state.pin?.verified && h("button", { type: "button", onclick: actions.undo, disabled: !free }, "Undo"));
}

// Everything about the sector from `state`; `actions` are what its buttons do.
export function sectorPanel(state, actions) {
  const { view, selected } = state;
  const head = h("div", { class: "head" },
    h("h2", {}, `Sector ${selected}`, h("small", {}, view?.application ? `${view.application.name}, blocks ${view.blocks[0].number} to ${view.blocks.at(-1).number}` : view ? `blocks ${view.blocks[0].number} to ${view.blocks.at(-1).number}` : "")),
    tools(state, actions));
  const notes = [state.refusal && refusalNote(state.refusal), state.good && note("good", state.good.title, state.good.text)];
  if (!view) return [head, ...notes].filter(Boolean);
  return [
    head, ...notes, state.gate && gateNote(state.gate, view),
    view.access === null && note("alert", "Gates find this sector blocked", "The copies of its access bits do not match. Through contacts it can still be written."),
    h("ul", { class: "blocks", "aria-label": "Blocks" }, view.blocks.map((block, index) => blockRow(state, actions, block, index))),
    !state.pin?.verified && h("p", { class: "rights" }, "To change this sector, unlock the card with its PIN."),
    state.preview && previewPanel(state.preview, actions.write, actions.more, actions.drop),
    view.directory && directory(view.directory), view.ndef && message(view.ndef),
  ].filter(Boolean);
}
