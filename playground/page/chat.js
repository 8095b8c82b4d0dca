// The open channel: its head and its messages.

import { sign } from "./channels.js";
import { buttons } from "./components.js";
import { reply, startEdit } from "./composer.js";
import { avatar, clear, h, icon, reconcile, name } from "./dom.js";
import { here, me, act, parts, attempt, watch } from "./live.js";
import { app } from "./members.js";
import { read } from "./file_viewer.js";
import { clock, day, longTime, size, t } from "./texts.js";

const list = document.getElementById("messages");
let atEnd = true;
let lastOwn = "";
const head = document.getElementById("head");
let shown = "";

function drawHead() {
  const channel = parts.channel;
  const full = parts.channels.find((one) => one.id === channel?.id);
  document.title = channel ? `#${channel.name} · Ticketbot` : "Ticketbot";
  if (!channel) return head.replaceChildren(h("h1", {}, t("nothing_to_see")));
  head.replaceChildren(
    icon(full ? sign(full) : "hash"),
    h("h1", {}, channel.name),
    channel.topic ? h("p", { class: "topic", html: channel.topic }) : h("p", { class: "topic" }),
    h("button", { class: "icon", id: "members-button", title: t("members"), "aria-label": t("members"), onclick: toggle }, icon("people")),
  );
}

const toggle = () => document.body.classList.toggle("no-members");

function rows() {
  let before = null;
  const out = [];
  const mine = parts.interactions;
  for (const message of parts.messages) {
    const at = new Date(message.at);
    if (!before || day(at) !== day(new Date(before.at))) out.push({ id: `day-${message.at}`, day: message.at });
    const close = before && before.author.id === message.author.id && at - new Date(before.at) < 420_000;
    const tries = mine.filter((one) => one.message === message.id);
    const last = tries.at(-1);
    out.push({
      ...message,
      menus: parts.menus.message ?? [],
      follows: Boolean(close && !message.head && !out.at(-1)?.day && before.ephemeral === message.ephemeral),
      waiting: tries.filter((one) => one.state === "waiting").map((one) => one.custom_id),
      failed: last?.state === "failed",
    });
    before = message;
  }
  for (const one of mine) {
    if (one.type === 2 && one.state === "failed" && one.channel === here()) out.push({ id: `failed-${one.id}`, command: one.name });
  }
  return out;
}

function draw() {
  const place = `${me()}/${here()}`;
  const isNew = place !== shown;
  const last = parts.messages.findLast((one) => one.mine)?.id ?? "";
  if (!isNew && last > lastOwn) atEnd = true; // what one has just written is shown, wherever one was reading
  lastOwn = last;
  if (isNew) {
    atEnd = true;
    clear(list);
  }
  shown = place;
  list.setAttribute("aria-label", t("messages"));
  const thread = Boolean(parts.channels.find((one) => one.id === here())?.thread);
  const welcome = { id: "welcome", welcome: parts.channel?.name ?? "", thread };
  reconcile(list, [welcome, ...rows()], (one) => one.id, row);
  stick();
}

// Who reads the end goes on reading it, whatever comes, loads, or takes room away.
function stick() {
  if (atEnd) list.scrollTop = list.scrollHeight;
}

list.addEventListener("scroll", () => (atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80));
list.addEventListener("load", stick, true);
new ResizeObserver(stick).observe(list);

function row(one) {
  if (one.welcome !== undefined) return welcome(one);
  if (one.day) return h("div", { class: "day" }, h("span", {}, day(new Date(one.day))));
  if (one.command) return failedCommand(one);
  const parts_ = [line(one), ...body(one)];
  return h(
    "div",
    {
      class: ["message", one.follows && "follows", one.pinged && "pinged", one.ephemeral && "secret"].filter(Boolean).join(" "),
      id: `m${one.id}`,
      "data-message": one.id,
    },
    one.head && answered(one),
    h("div", { class: "gutter" }, one.follows ? h("time", { datetime: one.at }, clock(one.at)) : avatar(one.author)),
    h("div", { class: "body" }, parts_),
    tools(one),
  );
}

function welcome(one) {
  const words = one.thread
    ? [h("h2", {}, one.welcome)]
    : [h("h2", {}, t("welcome_to", { channel: one.welcome })), h("p", {}, t("beginning", { channel: one.welcome }))];
  return h("div", { class: "welcome" }, h("span", { class: "big-hash" }, icon(one.thread ? "thread" : "hash")), words);
}

const failedCommand = (one) =>
  h(
    "div",
    { class: "message secret" },
    h("div", { class: "gutter" }),
    h("div", { class: "body" }, h("p", { class: "failed" }, t("command_failed", { name: one.command })), h("p", { class: "only" }, icon("eye"), t("only_you"))),
  );

function answered(one) {
  const what = one.head;
  if (what.gone) return h("div", { class: "reply-line" }, h("i", {}, t("gone")));
  if (what.interaction) return h("div", { class: "reply-line" }, h("b", {}, what.user), ` ${t("used")} `, h("span", { class: "n" }, `/${what.command}`));
  return h("div", { class: "reply-line" }, avatar(what.author, "tiny"), name(what.author), h("span", { class: "excerpt", html: what.html || t("attachment") }));
}

function line(one) {
  if (one.follows) return null;
  return h("h3", {}, name(one.author), app(one.author), h("time", { datetime: one.at, title: longTime(one.at) }, clock(one.at)));
}

function body(one) {
  const out = [];
  if (one.abandoned) out.push(h("p", { class: "failed" }, t("abandoned")));
  else if (one.loading) out.push(h("p", { class: "thinking" }, h("span", { class: "dots" }, h("i"), h("i"), h("i")), t("thinking", { bot: one.author.name })));
  if (one.html) {
    const mark = one.edited ? `<small class="edited">${t("edited")}</small>` : "";
    out.push(h("div", { class: one.big ? "text big" : "text", html: one.html + mark }));
  }
  out.push(...one.embeds.map(embed), ...one.attachments.map((file) => attachment(file, one)), buttons(one));
  if (one.reactions.length) out.push(reactions(one));
  if (one.failed) out.push(h("p", { class: "failed" }, t("interaction_failed")));
  if (one.ephemeral) {
    const dismiss = () => attempt(act("delete", { message: one.id }));
    out.push(h("p", { class: "only" }, icon("eye"), `${t("only_you")} • `, h("button", { class: "link", onclick: dismiss }, t("dismiss"))));
  }
  return out;
}

function embed(one) {
  const fields = one.fields.map((field) =>
    h("div", { class: field.inline ? "inline" : "" }, h("b", { html: field.name }), h("div", { class: "text", html: field.html })),
  );
  const footer = [one.footer, one.at && longTime(one.at)].filter(Boolean).join(" • ");
  return h(
    "article",
    { class: "embed", accent: one.color || null },
    h(
      "div",
      { class: "words" },
      one.author && h("p", { class: "embed-author" }, one.author),
      one.title && h("h4", { html: one.title }),
      one.html && h("div", { class: "text", html: one.html }),
      fields.length ? h("div", { class: "fields" }, fields) : null,
    ),
    one.thumbnail && picture(one.thumbnail, "thumbnail"),
    one.image && picture(one.image, "picture"),
    footer && h("footer", {}, footer),
  );
}

const picture = (media, kind) =>
  media.src ? h("img", { class: kind, src: media.src, alt: "" }) : h("span", { class: `${kind} elsewhere`, title: media.url }, t("elsewhere"));

function attachment(file, message) {
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") {
    return h("a", { href: file.src, target: "_blank", rel: "noopener", class: "image" }, h("img", { src: file.src, alt: file.name }));
  }
  const page = file.type === "text/html";
  return h(
    "div",
    { class: "file", "data-file": file.name },
    icon("file"),
    h("div", {}, h("a", { href: file.src, target: "_blank", rel: "noopener" }, file.name), h("small", {}, size(file.size))),
    page && h("button", { class: "read", onclick: () => read(file, message) }, icon("eye"), t("read")),
    h("a", { class: "icon", href: file.src, target: "_blank", rel: "noopener", title: t("new_tab"), "aria-label": `${file.name}: ${t("new_tab")}` }, icon("out")),
  );
}

function reactions(one) {
  const react = (emoji) => attempt(act("react", { message: one.id, emoji }));
  return h(
    "div",
    { class: "reactions" },
    one.reactions.map((r) => h("button", { class: r.mine ? "mine" : "", onclick: () => react(r.emoji) }, r.emoji, " ", String(r.count))),
  );
}

function tools(one) {
  if (one.ephemeral || one.loading) return null;
  const tool = (sign, words, act) => h("button", { class: "icon", title: words, "aria-label": words, onclick: act }, icon(sign));
  const react = () => attempt(act("react", { message: one.id, emoji: "👍" }));
  const remove = () => attempt(act("delete", { message: one.id }));
  return h(
    "div",
    { class: "tools" },
    parts.channel?.react && h("button", { class: "icon", title: t("react"), "aria-label": t("react"), onclick: react }, "👍"),
    parts.channel?.write && tool("reply", t("reply"), () => reply(one)),
    one.mine && tool("edit", t("edit"), () => startEdit(one)),
    one.deletable && tool("trash", t("delete"), remove),
    ...one.menus.map((menu) =>
      h("button", { class: "icon words", onclick: () => attempt(act("menu", { name: menu.name, message: one.id })) }, menu.shown),
    ),
  );
}

watch(["channel", "channels"], drawHead);
watch(["messages", "interactions", "channel", "me", "menus"], draw);
