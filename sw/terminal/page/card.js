// card.js - the picture of the card: contacts, antenna, a tile for each sector.

import { byId, h } from "./dom.js";

function waves() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 30 30");
  svg.setAttribute("class", "waves");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ["M8 19a6 6 0 0 0 0-8", "M13 23a12 12 0 0 0 0-16", "M18 27a18 18 0 0 0 0-24"]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

// What a sector is marked with: the most telling of its blocks.
export function kindOf(entry) {
  if (!entry) return "";
  if (entry.refusal) return "closed";
  if (entry.view.directory) return "directory";
  if (entry.view.ndef || entry.view.application?.aid === "03E1") return "ndef";
  const kinds = entry.view.blocks.map((block) => block.kind);
  for (const kind of ["value", "text", "data"]) if (kinds.includes(kind)) return kind;
  return "empty";
}

function label(number, entry) {
  const kind = kindOf(entry);
  const words = kind === "closed" ? "not open to the card" : kind;
  return `Sector ${number}${words ? `, ${words}` : ""}${entry?.view?.application ? `, ${entry.view.application.name}` : ""}`;
}

export class CardPicture {
  constructor(choose) {
    this.choose = choose;
    this.tiles = [];
  }

  build(card) {
    this.columns = 8;
    this.tiles = Array.from({ length: card.sectors }, (_, number) =>
      h("button", { type: "button", role: "option", tabindex: -1, class: "tile", onclick: () => this.choose(number) }, String(number)));
    const list = h("div", { role: "listbox", "aria-label": "Sectors", class: card.sectors > 16 ? "tiles many" : "tiles",
      onkeydown: (event) => this.key(event) }, this.tiles);
    this.purse = h("span", { class: "purse" });
    byId("card").replaceChildren(
      h("div", { class: "face" }, h("div", { class: "pads" }), h("span", { class: "brand", "aria-hidden": "true" }, "Cartouche"), waves()), list,
      h("div", { class: "name" }, this.purse, h("span", { class: "uid" }, card.uid),
        h("span", { class: "kind" }, `${card.kind} · ${card.level}${card.source ? ` · ${card.source}` : ""}`)));
    byId("card").setAttribute("aria-busy", "false");
  }

  show(state) {
    this.tiles.forEach((tile, number) => {
      const entry = state.sectors.get(number);
      tile.className = `tile ${kindOf(entry)}`;
      tile.setAttribute("aria-selected", number === state.selected);
      tile.setAttribute("aria-label", label(number, entry));
      tile.tabIndex = number === state.selected ? 0 : -1;
    });
    const balance = state.purse;
    this.purse.replaceChildren(...(balance === undefined ? [] : ["e-purse ", h("b", {}, (balance / 100).toFixed(2))]));
  }

  focus(number) {
    this.tiles[number]?.focus();
  }

  key(event) {
    const now = this.tiles.indexOf(document.activeElement);
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns };
    let next = event.key === "Home" ? 0 : event.key === "End" ? this.tiles.length - 1 : now + steps[event.key];
    if (Number.isNaN(next) || next < 0 || next >= this.tiles.length) return;
    event.preventDefault();
    this.choose(next);
    this.focus(next);
  }
}
