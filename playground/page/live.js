// What the server tells, and what people ask of it.

import { language, t } from "./texts.js";

export const parts = {};
export const startedInteractions = new Set();
const listeners = [];
let source = null;
let person = sessionStorage.getItem("person") ?? "";
let channel = location.hash.slice(1);

export const me = () => parts.me;
export const here = () => parts.channel?.id;

export function watch(names, listener) {
  listeners.push([names, listener]);
}

export function redraw() {
  notify(Object.keys(parts));
}

function notify(changes) {
  for (const [names, listener] of listeners) if (names.some((name) => changes.includes(name))) listener();
}

export function connect() {
  source?.close();
  const query = new URLSearchParams({ person, channel, language: language() });
  const opened = new EventSource(`/live?${query}`);
  source = opened;
  opened.onmessage = (event) => {
    if (opened !== source) return;
    document.body.classList.remove("lost");
    const changes = JSON.parse(event.data);
    Object.assign(parts, changes);
    if (changes.channel !== undefined) adoptChannel();
    notify(Object.keys(changes));
  };
  opened.onerror = () => {
    document.body.classList.add("lost");
    // A page of an earlier start asks for people who are gone: begin again.
    if (opened.readyState === EventSource.CLOSED) setTimeout(startAgain, 1000);
  };
}

function startAgain() {
  sessionStorage.removeItem("person");
  person = channel = "";
  connect();
}

// The server shows another channel where the one asked for is gone or hidden.
function adoptChannel() {
  channel = parts.channel?.id ?? "";
  if (location.hash.slice(1) !== channel) history.replaceState(null, "", `#${channel}`);
}

export function open(id) {
  if (id === here()) return;
  channel = id;
  if (location.hash.slice(1) !== id) history.pushState(null, "", `#${id}`);
  connect();
}

export function become(id, where = null) {
  if (id === me() && (!where || where === here())) return;
  person = id;
  sessionStorage.setItem("person", id);
  if (where) channel = where;
  connect();
}

addEventListener("hashchange", () => {
  const id = location.hash.slice(1);
  if (/^\d+$/.test(id)) open(id);
});
addEventListener("popstate", () => {
  const id = location.hash.slice(1);
  if (/^\d+$/.test(id)) open(id);
});

async function post(path, body, headers = { "Content-Type": "application/json" }) {
  const response = await fetch(path, { method: "POST", body, headers }).catch(() => null);
  if (!response) throw new Error(t("lost"));
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.refused ?? response.statusText);
  return answer;
}

export async function act(action, data) {
  const answer = await post(`/actions/${action}`, JSON.stringify({ person: me(), language: language(), ...data }));
  if (answer.interaction) {
    startedInteractions.add(answer.interaction);
    notify(["interactions"]); // its form may have come already
  }
  return answer;
}

export async function write(text, files, replyTo) {
  const form = new FormData();
  const data = { person: me(), language: language(), channel: here(), text, ...(replyTo && { reply_to: replyTo }) };
  for (const [key, value] of Object.entries(data)) form.append(key, value);
  for (const file of files) form.append("files", file, file.name);
  return post("/actions/write", form, {});
}

export const control = (name, data = {}) => post(`/inspector/${name}`, JSON.stringify(data));

let fading = 0;
export function say(words) {
  const toast = document.getElementById("toast");
  toast.textContent = words;
  toast.classList.add("on");
  clearTimeout(fading);
  fading = setTimeout(() => toast.classList.remove("on"), 4000);
}

export const attempt = (promise) => promise.catch((error) => say(error.message));
