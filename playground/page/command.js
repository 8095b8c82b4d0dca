// A slash command being filled in, option by option.

import { h, icon } from "./dom.js";
import { attempt, here, act, parts } from "./live.js";
import { matches } from "./suggestions.js";
import { t } from "./texts.js";

const [BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE] = [5, 6, 7, 8, 9];

export class CommandForm {
  constructor(command, suggestions, end) {
    this.command = command;
    this.suggestions = suggestions;
    this.end = end;
    this.fields = new Map();
    this.offered = new Map(); // what the bot offers for an option that it completes
    this.inside = h("div", { class: "fields" });
    this.more = h("div", { class: "more" });
    this.element = h(
      "form",
      { class: "command", "aria-label": `/${command.shown}`, onsubmit: (event) => this.send(event), onkeydown: (event) => this.key(event) },
      h(
        "div",
        { class: "line" },
        h("b", { class: "slash" }, `/${command.shown}`),
        this.inside,
        h("button", { class: "icon send", "aria-label": t("send"), title: t("send") }, icon("send")),
        h("button", { type: "button", class: "icon", "aria-label": t("cancel"), title: t("cancel"), onclick: () => this.leave() }, icon("close")),
      ),
      this.more,
    );
    for (const option of command.options) if (option.required) this.add(option);
    this.offer();
  }

  get first() {
    return [...this.fields.values()].find((field) => field.option.required && !field.value) ?? null;
  }

  focus() {
    const field = this.first ?? [...this.fields.values()].at(-1);
    (field?.input ?? this.element.querySelector(".send")).focus();
  }

  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const option = this.command.options.find((one) => one.name === name);
      const item = option && this.items(option).find((one) => one.value === value);
      if (item) this.choose(this.fields.get(name) ?? this.add(option), item);
    }
  }

  // The options that may be left out, to be added.
  offer() {
    const left = this.command.options.filter((option) => !this.fields.has(option.name));
    const add = (option) => {
      this.add(option).input.focus();
      this.offer();
    };
    this.more.replaceChildren(
      ...(left.length ? [h("span", {}, t("optional"))] : []),
      ...left.map((option) => h("button", { type: "button", title: option.description, "data-option": option.name, onclick: () => add(option) }, `+ ${option.shown}`)),
    );
  }

  add(option) {
    const listed = this.items(option) !== null;
    const input = h("input", {
      type: "text",
      role: listed ? "combobox" : "textbox",
      autocomplete: "off",
      spellcheck: "false",
      size: "10",
      "aria-label": `${option.shown}: ${option.description}`,
      "aria-expanded": "false",
      "aria-required": String(option.required),
      "data-option": option.name,
    });
    const field = { option, input, value: null, listed };
    field.element = h("label", { class: "option" }, h("span", {}, option.shown), input);
    input.addEventListener("focus", () => field.value === null && this.suggest(field, input.value));
    input.addEventListener("input", () => {
      field.value = listed && !option.autocomplete ? null : input.value;
      field.element.classList.remove("wrong");
      this.suggest(field, input.value);
    });
    input.addEventListener("blur", () => this.suggestions.hide());
    input.addEventListener("keydown", (event) => this.fieldKey(event, field));
    this.fields.set(option.name, field);
    this.inside.append(field.element);
    return field;
  }

  items(option) {
    if (option.autocomplete) return this.offered.get(option.name) ?? [];
    const { channels, roles, users } = parts.pickers;
    const item = (sign) => (one) => ({ value: one.id, sign, label: one.name, color: typeof one.color === "string" ? one.color : hex(one.color) });
    if (option.choices.length) return option.choices.map((one) => ({ value: one.value, label: one.name }));
    if (option.type === BOOLEAN) return [{ value: "true", label: t("yes") }, { value: "false", label: t("no") }];
    if (option.type === USER) return users.map(item("@"));
    if (option.type === ROLE) return roles.map(item("@"));
    if (option.type === MENTIONABLE) return [...users, ...roles].map(item("@"));
    if (option.type !== CHANNEL) return null;
    const kinds = option.channel_types;
    return channels
      .filter((one) => !kinds.length || kinds.includes(one.type))
      .map((one) => item(one.type === 4 ? "▾" : "#")(one));
  }

  // Ask the bot what it offers for what is typed.
  async complete(field, typed) {
    const asked = act("autocomplete", { channel: here(), name: this.command.name, focused: field.option.name, typed });
    const answer = await asked.catch(() => null);
    if (!answer?.choices || field.input !== document.activeElement || field.input.value !== typed) return;
    this.offered.set(field.option.name, answer.choices.map((one) => ({ value: String(one.value), label: one.name })));
    this.show(field, this.items(field.option));
  }

  suggest(field, typed) {
    if (!field.listed) return this.suggestions.hide();
    if (field.option.autocomplete) return this.complete(field, typed);
    this.show(field, this.items(field.option).filter((item) => matches(item.label, typed.replace(/^[@#]/, ""))));
  }

  show(field, found) {
    const pick = (item) => () => {
      this.choose(field, item);
      this.next(field);
    };
    this.suggestions.show(field.input, `${field.option.shown} — ${field.option.description}`, found.map((item) => ({ ...item, pick: pick(item) })));
  }

  choose(field, item) {
    field.value = item.value;
    field.input.value = `${item.sign === "▾" ? "" : (item.sign ?? "")}${item.label}`;
    field.input.size = Math.max(4, field.input.value.length);
    field.element.classList.remove("wrong");
  }

  next(field) {
    const missing = this.first;
    if (missing) return missing.input.focus();
    field.input.focus();
    this.suggestions.hide();
  }

  fieldKey(event, field) {
    if (this.suggestions.key(event)) return;
    if (event.key === "ArrowDown") return this.suggest(field, field.value ? "" : field.input.value);
    if (event.key === "Backspace" && !field.input.value && !field.option.required) {
      event.preventDefault();
      this.fields.delete(field.option.name);
      field.element.remove();
      this.offer();
      this.focus();
    }
  }

  key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.leave();
  }

  leave() {
    this.suggestions.hide();
    this.end();
  }

  async send(event) {
    event.preventDefault();
    const wrong = [...this.fields.values()].filter((field) => (field.option.required || field.input.value) && !field.value);
    for (const field of wrong) field.element.classList.add("wrong");
    if (wrong.length) return wrong[0].input.focus();
    const values = {};
    for (const [name, field] of this.fields) if (field.value) values[name] = field.value;
    const done = await attempt(act("command", { channel: here(), name: this.command.name, values }));
    if (done) this.leave();
  }
}

const hex = (color) => (color ? `#${color.toString(16).padStart(6, "0")}` : "");
