// lock.js - the PIN: how the card stands, and the form that unlocks it.

import { h } from "./dom.js";

function form(name, fields, submit, button) {
  return h("form", {
    autocomplete: "off", "aria-label": name,
    onsubmit: (event) => {
      event.preventDefault();
      const entered = Object.fromEntries(new FormData(event.target));
      event.target.reset();
      submit(entered);
    },
  }, fields, h("button", { type: "submit", class: "main" }, button));
}

function secret(name, label) {
  return h("input", { name, type: "password", inputmode: "numeric", required: true, maxlength: 12, "aria-label": label, placeholder: label, autocomplete: "off" });
}

export function lockPanel(pin, actions) {
  if (!pin) return [];
  if (!pin.there) return [h("span", { class: "pill shut" }, "no PIN on this card")];
  if (pin.verified) return [h("span", { class: "pill open" }, "unlocked"), h("button", { type: "button", id: "lock-button", onclick: actions.lock }, "Lock")];
  if (pin.tries === 0)
    return [h("span", { class: "pill shut" }, "PIN blocked"),
      form("Set a new PIN", [secret("code", "unblocking code"), secret("pin", "new PIN")], actions.unblock, "Set PIN")];
  return [h("span", { class: "pill" }, `locked · ${pin.tries} ${pin.tries === 1 ? "try" : "tries"}`),
    form("Unlock the card", [secret("pin", "PIN")], actions.unlock, "Unlock")];
}
