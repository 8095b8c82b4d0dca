// Where one writes: text, files, answers, and slash commands.

import { CommandForm } from "./command.js";
import { h, icon } from "./dom.js";
import { attempt, here, me, act, parts, watch, write } from "./live.js";
import { matches, Suggestions } from "./suggestions.js";
import { size, t } from "./texts.js";

const place = document.getElementById("composer");
const suggestions = new Suggestions();
let files = [];
let answering = null;
let editing = null;
let command = null;
let where = "";
const drafts = new Map();

const text = h("textarea", { id: "write", rows: "1", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", autocomplete: "off" });
const picker = h("input", { type: "file", multiple: true, hidden: true });
const attach = h("button", { class: "icon", onclick: () => picker.click() }, icon("plus"));
const send = h("button", { class: "icon send", onclick: () => submit() }, icon("send"));
const above = h("div", { class: "above" });
const box = h("div", { class: "box" }, attach, text, picker, send);
place.append(suggestions.element, above, box);

export function reply(message) {
  [answering, editing] = [message, null];
  draw();
  text.focus();
}

export function startEdit(message) {
  [answering, editing] = [null, message];
  text.value = message.source;
  draw();
  text.focus();
}

// Begin a command, with options filled in where they are given.
export function begin(name, values = {}) {
  const found = parts.commands.find((one) => one.name === name);
  if (!found) return false;
  leave();
  suggestions.hide();
  text.value = "";
  const end = () => {
    command = null;
    draw();
    text.focus();
  };
  command = new CommandForm(found, suggestions, end);
  draw();
  command.fill(values);
  command.focus();
  return true;
}

function leave() {
  [files, answering, editing, command] = [[], null, null, null];
}

function draw() {
  const channel = parts.channel;
  const writable = Boolean(channel?.write);
  text.placeholder = !channel ? "" : writable ? t("write_in", { channel: channel.name }) : t("no_writing");
  text.setAttribute("aria-label", text.placeholder);
  text.disabled = !channel || (!writable && !channel.commands);
  attach.disabled = !channel?.attach;
  attach.setAttribute("aria-label", t("attach"));
  attach.title = t("attach");
  send.setAttribute("aria-label", t("send"));
  send.title = t("send");
  above.replaceChildren(...[note(), chips()].filter(Boolean));
  box.hidden = Boolean(command);
  place.querySelector(".command")?.remove();
  if (command) place.append(command.element);
  grow();
}

function note() {
  const drop = () => {
    if (editing) text.value = "";
    [answering, editing] = [null, null];
    draw();
    text.focus();
  };
  const words = answering ? t("answering", { name: answering.author.name }) : editing ? t("editing") : "";
  return words && h("p", { class: "note" }, words, h("button", { class: "icon", "aria-label": t("cancel"), onclick: drop }, icon("close")));
}

function chips() {
  const remove = (file) => {
    files = files.filter((one) => one !== file);
    draw();
  };
  return (
    files.length > 0 &&
    h("ul", { class: "chips" }, files.map((file) => h("li", {}, icon("file"), h("span", {}, file.name, h("small", {}, ` ${size(file.size)}`)), h("button", { class: "icon", "aria-label": `${t("remove")} ${file.name}`, onclick: () => remove(file) }, icon("close")))))
  );
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
}

function add(list) {
  if (!parts.channel?.attach) return;
  files = [...files, ...list].slice(0, 10);
  draw();
  text.focus();
}

async function submit() {
  const words = spelled(text.value.trim());
  if (editing) {
    const target = editing;
    if (words) await attempt(act("edit", { message: target.id, text: words }));
    text.value = "";
    leave();
    return draw();
  }
  if (!words && !files.length) return;
  const [given, sent, answered] = [text.value, files, answering];
  text.value = "";
  leave();
  draw();
  const done = await attempt(write(words, sent, answered?.id));
  if (done) return;
  [text.value, files, answering] = [given, sent, answered];
  draw();
}

// What is shown as @name and #name is sent as Discord writes it.
function spelled(words) {
  const { channels, roles, users } = parts.pickers;
  const table = [
    ...users.map((one) => [`@${one.name}`, `<@${one.id}>`]),
    ...roles.filter((one) => one.name !== "everyone").map((one) => [`@${one.name}`, `<@&${one.id}>`]),
    ...channels.filter((one) => one.type !== 4).map((one) => [`#${one.name}`, `<#${one.id}>`]),
  ].sort((a, b) => b[0].length - a[0].length);
  return table.reduce((out, [shown, sent]) => out.replaceAll(shown, sent), words);
}

function suggest() {
  const typed = text.value.slice(0, text.selectionStart);
  if (/^\/[^\n]*$/.test(typed)) return suggestCommands(typed.slice(1));
  const word = /(?:^|\s)([@#])([^\s@#]*)$/.exec(typed);
  if (word && !editing) return suggestNames(word[1], word[2]);
  suggestions.hide();
}

function suggestCommands(typed) {
  const found = parts.commands.filter((one) => matches(one.shown, typed) || matches(one.name, typed));
  suggestions.show(
    text,
    t("commands"),
    found.map((one) => ({ value: one.name, sign: "🎟️", label: `/${one.shown}`, hint: one.description, pick: () => begin(one.name) })),
  );
}

function suggestNames(sign, typed) {
  const { channels, roles, users } = parts.pickers;
  const list = sign === "#" ? channels.filter((one) => one.type !== 4) : [...users, ...roles];
  const found = list.filter((one) => matches(one.name, typed)).slice(0, 8);
  const pick = (one) => () => {
    const start = text.selectionStart - typed.length;
    text.setRangeText(`${one.name} `, start, text.selectionStart, "end");
    grow();
  };
  suggestions.show(text, sign === "#" ? t("channels") : t("members"), found.map((one) => ({ value: one.id, sign, label: one.name, color: one.color && typeof one.color === "string" ? one.color : "", pick: pick(one) })));
}

text.addEventListener("input", () => {
  grow();
  suggest();
});
text.addEventListener("blur", () => suggestions.hide());
text.addEventListener("keydown", (event) => {
  if (suggestions.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape" && (answering || editing)) {
    if (editing) text.value = "";
    [answering, editing] = [null, null];
    draw();
  } else if (event.key === "ArrowUp" && !text.value) {
    const last = parts.messages.findLast((one) => one.mine && !one.ephemeral);
    if (last) {
      event.preventDefault();
      startEdit(last);
    }
  }
});
text.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) {
    event.preventDefault();
    add(event.clipboardData.files);
  }
});
picker.addEventListener("change", () => {
  add(picker.files);
  picker.value = "";
});
const chat = document.getElementById("chat");
chat.addEventListener("dragover", (event) => event.preventDefault());
chat.addEventListener("drop", (event) => {
  event.preventDefault();
  add(event.dataTransfer.files);
});

watch(["channel", "me"], () => {
  const now = `${me()}/${here()}`;
  if (now !== where) {
    drafts.set(where, text.value);
    leave();
    suggestions.hide();
    text.value = drafts.get(now) ?? "";
    where = now;
  }
  draw();
});
