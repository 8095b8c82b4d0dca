// A select: a field that shows what is chosen, and the list that it opens.

import { h, icon } from "./dom.js";
import { parts } from "./live.js";
import { matches } from "./suggestions.js";
import { t } from "./texts.js";

const [STRINGS, MEMBERS, ROLES, MENTIONABLES] = [3, 5, 6, 7];
const TYPING = 800; // milliseconds after which typed letters begin another word
let serial = 0;

function options(one) {
  if (one.type === STRINGS) {
    return one.options.map(({ value, label, description, emoji, default: on }) => ({ value, label, description, emoji: emoji?.name, on }));
  }
  const { channels, roles, users } = parts.pickers;
  const on = new Set((one.default_values ?? []).map((each) => each.id));
  const of = (list, sign) => list.map((each) => ({ value: each.id, label: `${sign}${each.name}`, on: on.has(each.id) }));
  if (one.type === MEMBERS) return of(users, "@");
  if (one.type === ROLES) return of(roles, "@");
  if (one.type === MENTIONABLES) return [...of(users, "@"), ...of(roles, "@")];
  const kinds = one.channel_types ?? [];
  return of(channels.filter((each) => !kinds.length || kinds.includes(each.type)), "#");
}

// `chosen` is called with the values once the list closes; without it the select is a field of a form.
export class Menu {
  constructor(one, { chosen = null, label = null, busy = false } = {}) {
    this.one = one;
    this.chosen = chosen;
    this.most = one.max_values ?? 1;
    this.options = options(one);
    this.values = this.options.filter((option) => option.on).map((option) => option.value);
    this.sent = this.values.join();
    this.typed = { text: "", at: 0 };
    this.words = label ?? one.placeholder ?? t("choose");
    this.list = h("div", { class: "menu-list", role: "listbox", id: `menu-${++serial}`, "aria-label": this.words, "aria-multiselectable": String(this.most > 1), hidden: true });
    this.face = h("span", { class: "menu-face" });
    this.button = h(
      "button",
      { type: "button", class: "menu", role: "combobox", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-busy": String(busy), disabled: Boolean(one.disabled), "data-menu": one.custom_id, onclick: () => this.toggle() },
      this.face,
      icon("down"),
    );
    this.button.addEventListener("keydown", (event) => this.key(event));
    this.button.addEventListener("blur", () => this.close());
    this.element = h("div", { class: "select" }, this.button, this.list);
    this.draw();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  draw() {
    const on = this.options.filter((option) => this.values.includes(option.value));
    this.face.textContent = on.length ? on.map((option) => [option.emoji, option.label].filter(Boolean).join(" ")).join(", ") : (this.one.placeholder ?? t("choose"));
    this.face.classList.toggle("none", !on.length);
    this.button.setAttribute("aria-label", on.length ? `${this.words}: ${this.face.textContent}` : this.words);
  }

  toggle() {
    if (this.button.getAttribute("aria-busy") === "true") return;
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    this.list.replaceChildren(
      ...this.options.map((option, index) =>
        h(
          "div",
          { role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false", "data-value": option.value, onmousedown: (event) => event.preventDefault(), onclick: () => this.take(index), onmousemove: () => index !== this.at && this.go(index) },
          option.emoji && h("span", { class: "emoji" }, option.emoji),
          h("span", { class: "option-words" }, option.label, option.description && h("small", {}, option.description)),
          icon("check"),
        ),
      ),
    );
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.mark();
    this.go(Math.max(0, this.options.findIndex((option) => this.values.includes(option.value))));
    this.list.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.removeAttribute("aria-activedescendant");
    const now = this.values.join();
    if (!this.chosen || now === this.sent || this.values.length < (this.one.min_values ?? 1)) return;
    this.sent = now;
    this.chosen(this.values);
  }

  mark() {
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(this.values.includes(this.options[index].value))));
  }

  go(index) {
    this.at = index;
    [...this.list.children].forEach((row, number) => row.classList.toggle("at", number === index));
    const row = this.list.children[index];
    if (!row) return;
    this.button.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const value = this.options[index]?.value;
    if (value === undefined) return;
    const had = this.values.includes(value);
    if (this.most > 1) {
      if (had) this.values = this.values.filter((one) => one !== value);
      else if (this.values.length < this.most) this.values = [...this.values, value];
    } else {
      this.values = had && !this.chosen && this.one.required === false ? [] : [value];
      this.sent = null; // the same one may be chosen again
    }
    this.draw();
    this.mark();
    if (this.most === 1) this.close();
  }

  key(event) {
    const last = this.options.length - 1;
    const moves = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, Home: 0, End: last };
    if (!this.isOpen) {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      this.open();
    } else if (event.key in moves) this.go(Math.min(Math.max(moves[event.key], 0), last));
    else if (event.key === "Enter" || event.key === " ") this.take(this.at);
    else if (event.key === "Escape") this.close();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.find(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Go to the first option that contains what is typed.
  find(letter) {
    const now = performance.now();
    this.typed = { text: now - this.typed.at < TYPING ? this.typed.text + letter : letter, at: now };
    const found = this.options.findIndex((option) => matches(option.label, this.typed.text));
    if (found >= 0) this.go(found);
  }
}
