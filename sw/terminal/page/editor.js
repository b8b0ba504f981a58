// editor.js - the form in which one block is changed.

import { h } from "./dom.js";

const MODES = { text: "text", value: "value", hex: "bytes" };

function field(name, label, input, kind) {
  input.setAttribute("name", name);
  return h("label", { class: kind }, label, input);
}

function dataFields(mode, block) {
  if (mode === "text") {
    const now = block.kind === "text" ? block.meaning.slice(1, -1) : "";
    return [field("text", "text, up to 16 bytes", h("input", { maxlength: 16, value: now, autocomplete: "off" }), "wide")];
  }
  if (mode === "value")
    return [
      field("value", "value", h("input", { type: "number", min: -2147483648, max: 2147483647, step: 1, required: true, value: block.value?.amount ?? 0 })),
      field("address", "address", h("input", { type: "number", min: 0, max: 255, step: 1, required: true, value: block.value?.address ?? block.number % 256 })),
    ];
  return [field("hex", "16 bytes in hexadecimal", h("input", {
    class: "mono", required: true, value: block.hex, autocomplete: "off", spellcheck: "false",
    pattern: "\\s*([0-9A-Fa-f]{2}\\s*){16}", title: "32 hexadecimal digits" }), "wide")];
}

function groupSelect(words, chosen) {
  return h("select", {}, words.map((text, group) =>
    h("option", { value: group, selected: group === chosen }, `${group.toString(2).padStart(3, "0")}: ${text}`)));
}

function trailerFields(view, words) {
  const groups = view.access ?? [0, 0, 0, 1];
  const names = view.blocks.length === 4 ? ["block 0", "block 1", "block 2"] : ["blocks 0 to 4", "blocks 5 to 9", "blocks 10 to 14"];
  const key = (name, label) => field(name, label, h("input", {
    type: "password", required: true, pattern: "[0-9A-Fa-f]{12}", title: "12 hexadecimal digits", placeholder: "12 digits", autocomplete: "off" }));
  return [
    ...names.map((name, i) => field(`group${i}`, name, groupSelect(words.data, groups[i]), "wide whole")),
    field("group3", "this trailer", groupSelect(words.trailer, groups[3]), "wide whole"),
    key("key_a", "new key A"), key("key_b", "new key B"),
    field("general", "free byte", h("input", { class: "mono", required: true, pattern: "[0-9A-Fa-f]{2}", title: "2 hexadecimal digits",
      value: view.blocks.at(-1).general, size: 3, autocomplete: "off" })),
  ];
}

function read(form, index, trailer) {
  const data = new FormData(form);
  if (trailer)
    return { block: index, access: [0, 1, 2, 3].map((i) => Number(data.get(`group${i}`))), general: data.get("general"),
      key_a: data.get("key_a"), key_b: data.get("key_b") };
  if (data.has("text")) return { block: index, text: data.get("text") };
  if (data.has("value")) return { block: index, value: Number(data.get("value")), address: Number(data.get("address")) };
  return { block: index, hex: data.get("hex") };
}

// `stage(edit)` takes what was entered; `cancel()` when the user gives up.
export function editor(view, index, words, stage, cancel) {
  const block = view.blocks[index];
  const trailer = block.kind === "trailer";
  const fields = h("div", { class: "fields" });
  const modes = h("fieldset", { class: "modes" }, h("legend", { class: "hidden" }, "Enter as"));
  const choose = (mode) => fields.replaceChildren(...dataFields(mode, block));
  const first = block.kind === "value" ? "value" : block.kind === "text" || block.kind === "empty" ? "text" : "hex";
  if (trailer) {
    fields.replaceChildren(...trailerFields(view, words));
  } else {
    for (const [mode, name] of Object.entries(MODES))
      modes.append(h("label", {}, h("input", { type: "radio", name: "mode", checked: mode === first, onchange: () => choose(mode) }), name));
    choose(first);
  }
  return h("form", {
    class: "editor", autocomplete: "off", "aria-label": `Change block ${block.number}`,
    onsubmit: (event) => {
      event.preventDefault();
      stage(read(event.target, index, trailer));
    },
  }, !trailer && modes, fields,
  h("div", { class: "tools" }, h("button", { type: "submit", class: "main" }, "Preview"), h("button", { type: "button", onclick: cancel }, "Cancel")));
}
