// The list of suggestions above a text field: arrows move in it, Enter or Tab takes, Escape closes.

import { h } from "./dom.js";

let serial = 0;

export class Suggestions {
  constructor() {
    this.element = h("div", { class: "suggestions", role: "listbox", id: `suggestions-${++serial}`, hidden: true });
    this.items = [];
    this.at = 0;
    this.input = null;
    this.title = "";
  }

  get isOpen() {
    return !this.element.hidden;
  }

  // Each item: { label, hint, sign, pick }.
  show(input, title, items) {
    this.input = input;
    this.items = items.slice(0, 25);
    this.title = title;
    this.at = 0;
    if (!this.items.length) return this.hide();
    input.setAttribute("aria-controls", this.element.id);
    input.setAttribute("aria-expanded", "true");
    this.element.setAttribute("aria-label", title);
    this.element.hidden = false;
    this.draw();
  }

  hide() {
    this.element.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
    this.items = [];
  }

  draw() {
    const rows = this.items.map((item, index) =>
      h(
        "div",
        {
          role: "option",
          id: `${this.element.id}-${index}`,
          "aria-selected": String(index === this.at),
          "data-value": item.value,
          onmousedown: (event) => event.preventDefault(), // the field keeps the focus
          onclick: () => this.take(index),
          onmousemove: () => index !== this.at && this.go(index),
        },
        item.sign && h("span", { class: "sign", color: item.color || null }, item.sign),
        h("span", { color: item.color || null }, item.label),
        item.hint && h("small", {}, item.hint),
      ),
    );
    this.element.replaceChildren(h("p", { "aria-hidden": "true" }, this.title), ...rows);
    this.go(this.at);
  }

  go(index) {
    this.at = index;
    this.element.querySelectorAll("[role=option]").forEach((row, number) => {
      row.setAttribute("aria-selected", String(number === index));
      if (number === index) row.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.element.id}-${index}`);
  }

  take(index) {
    const item = this.items[index];
    this.hide();
    item?.pick();
  }

  // Tell whether the key was meant for the list.
  key(event) {
    if (!this.isOpen) return false;
    const count = this.items.length;
    if (event.key === "ArrowDown") this.go((this.at + 1) % count);
    else if (event.key === "ArrowUp") this.go((this.at - 1 + count) % count);
    else if ((event.key === "Enter" && !event.shiftKey) || (event.key === "Tab" && !event.shiftKey)) this.take(this.at);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

export const matches = (text, typed) => plain(text).includes(plain(typed));
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
