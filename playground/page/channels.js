// The list of channels, on the left, and the switch between people.

import { avatar, h, icon, reconcile } from "./dom.js";
import { become, here, me, open, parts, watch } from "./live.js";
import { t } from "./texts.js";

const closed = new Set();
const nav = document.getElementById("channels");
const people = document.getElementById("switch");

function order() {
  const rank = (one) => one.position;
  const all = parts.channels.toSorted((a, b) => rank(a) - rank(b));
  const threads = (id) => all.filter((one) => one.thread && one.parent === id);
  const inside = (id) => all.filter((one) => one.type !== 4 && !one.thread && one.parent === id).flatMap((one) => [one, ...threads(one.id)]);
  const loose = inside(null);
  const shown = new Set(all.filter((one) => one.type === 4).map((one) => one.id));
  const lost = all.filter((one) => one.type !== 4 && !one.thread && one.parent && !shown.has(one.parent));
  return [
    { id: "", name: "", channels: [...loose, ...lost] },
    ...all.filter((one) => one.type === 4).map((one) => ({ ...one, channels: inside(one.id) })),
  ];
}

function draw() {
  const open_ = here();
  if (!nav.firstChild) nav.append(h("header", { class: "guild" }), h("div", { class: "list" }), h("footer"));
  const [head, list, foot] = nav.children;
  nav.setAttribute("aria-label", t("channels"));
  head.textContent = parts.guild.name;
  const groups = order().map((one) => ({ ...one, open: open_, folded: closed.has(one.id) }));
  reconcile(list, groups, (one) => one.id, group);
  const mine = parts.people.find((one) => one.id === me());
  foot.replaceChildren(
    avatar(mine),
    h("div", {}, h("b", {}, mine.name), h("small", {}, mine.roles.join(", ") || t("member"))),
  );
}

function group(one) {
  const rows = one.channels
    .filter((channel) => !one.folded || channel.id === one.open || channel.unread)
    .map((channel) => row(channel, channel.id === one.open));
  if (!one.id) return h("section", {}, h("ul", {}, rows));
  const fold = () => {
    if (!closed.delete(one.id)) closed.add(one.id);
    draw();
  };
  const title = h(
    "button",
    { class: "category", "aria-expanded": String(!one.folded), "data-channel": one.id, onclick: fold },
    icon("down"),
    one.name,
  );
  return h("section", {}, h("h2", {}, title), h("ul", {}, rows));
}

function row(channel, current) {
  const badge = channel.pings ? h("b", { class: "badge", title: t("mentions") }, String(channel.pings)) : null;
  const link = h(
    "a",
    {
      href: `#${channel.id}`,
      class: [channel.unread && !current && "unread", channel.thread && "thread"].filter(Boolean).join(" "),
      "aria-current": current ? "page" : null,
      "data-channel": channel.id,
    },
    icon(sign(channel)),
    h("span", {}, channel.name),
    badge,
  );
  return h("li", {}, link);
}

export const sign = (channel) => (channel.thread ? "thread" : channel.private ? "lock" : "hash");

function drawPeople() {
  people.setAttribute("aria-label", t("you_are"));
  const items = parts.people.map((one) => ({ ...one, on: one.id === me(), role: one.roles[0] ?? t("member") }));
  reconcile(people, items, (one) => one.id, account);
}

function account(one) {
  const choose = () => become(one.id);
  const badge = one.pings && !one.on ? h("b", { class: "badge" }, String(one.pings)) : null;
  return h(
    "button",
    {
      role: "radio",
      "aria-checked": String(one.on),
      tabindex: one.on ? "0" : "-1",
      "data-person": one.id,
      title: `${one.name} · ${one.role}`,
      onclick: choose,
    },
    avatar(one),
    h("span", { class: "who" }, h("b", {}, one.name), h("small", {}, one.role)),
    badge,
  );
}

people.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const ids = parts.people.map((one) => one.id);
  const id = ids[(ids.indexOf(me()) + step + ids.length) % ids.length];
  become(id);
  watchOnce(() => people.querySelector(`[data-person="${id}"]`)?.focus());
});

let once = null;
const watchOnce = (then) => (once = then);

// Alt and an arrow go to the next channel, as in Discord's client.
addEventListener("keydown", (event) => {
  const step = event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const ids = order().flatMap((one) => one.channels.map((channel) => channel.id));
  open(ids[(ids.indexOf(here()) + step + ids.length) % ids.length]);
});

watch(["guild", "channels", "channel", "people", "me"], draw);
watch(["people", "me"], () => {
  drawPeople();
  once?.();
  once = null;
});
