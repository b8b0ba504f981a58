// dom.js - elements without markup in strings: whatever a card holds stays text.

export function h(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

// Bytes in groups of eight that break as a whole; those in `marked` stand out.
export function hex(text, marked = []) {
  const bytes = text.split(" ");
  const groups = [];
  for (let at = 0; at < bytes.length; at += 8) {
    const group = h("span");
    bytes.slice(at, at + 8).forEach((byte, i) => {
      if (i) group.append(" ");
      group.append(marked.includes(at + i) ? h("mark", {}, byte) : byte);
    });
    groups.push(group, " ");
  }
  return h("code", { class: "hex" }, groups);
}

export function note(kind, title, text, code) {
  return h("div", { class: `note ${kind}`, role: kind === "alert" || kind === "refusal" ? "alert" : undefined },
    h("b", {}, title), text, code && h("code", {}, ` ${code}`));
}

export function refusalNote(refusal) {
  return note("alert", refusal.title, refusal.advice, refusal.sw && `(status ${refusal.sw})`);
}

export function time(spent) {
  const digits = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));
  return `${digits(spent.card_ms)} ms on the card (${spent.ticks} ticks), ${digits(spent.wall_ms)} ms here`;
}
