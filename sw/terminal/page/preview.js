// preview.js - what a change would do: before, after, warnings, refusals.

import { h, hex, note } from "./dom.js";

const TITLES = { warning: "Mind", refusal: "Refused", note: "Good to know" };

function rights(change) {
  if (!change.rights_after) return [];
  const rows = change.rights_after.map((after, i) => ({ after, before: change.rights_before[i] || "nothing", i }))
    .filter(({ before, after }) => before !== after);
  return rows.flatMap(({ before, after, i }) => [
    h("dt", {}, i + 1 === change.rights_after.length ? "trailer" : `block ${i}`),
    h("dd", { class: "rights" }, `${before} → `, h("b", {}, after))]);
}

function difference(change) {
  return h("div", { class: "diff" }, h("h3", {}, `Block ${change.number}`),
    h("dl", {},
      h("dt", {}, "before"), h("dd", { class: "before" }, hex(change.before, change.differing), change.meaning_before),
      h("dt", {}, "after"), h("dd", { class: "after" }, hex(change.after, change.differing), change.meaning_after || "data"),
      change.keys && [h("dt", {}, "keys"), h("dd", {}, "both are set to what you entered")], rights(change)));
}

// `write()` does it, `add()` goes on changing, `drop()` gives all up.
export function previewPanel(preview, write, add, drop) {
  const changed = preview.changes.length > 0;
  return h("section", { class: "preview", "aria-labelledby": "preview-title", tabindex: -1, id: "preview" },
    h("h3", { id: "preview-title" }, preview.allowed ? "This is what will change" : "This change is refused"),
    preview.notices.map(({ weight, text }) => note(weight, TITLES[weight], text)),
    preview.changes.map(difference),
    h("div", { class: "tools" },
      preview.allowed && changed && h("button", { type: "button", class: "main", id: "write", onclick: write }, "Write to the card"),
      h("button", { type: "button", onclick: add }, changed ? "Change more" : "Back"),
      h("button", { type: "button", onclick: drop }, "Give up")));
}
