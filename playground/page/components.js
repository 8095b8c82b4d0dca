// What can be pressed and chosen in a message.

import { h, icon } from "./dom.js";
import { attempt, act } from "./live.js";
import { Menu } from "./menu.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary", 6: "primary" };
const MENUS = new Set([3, 5, 6, 7, 8]);

export const buttons = (message) => message.components.map((one) => component(one, message));

function component(one, message) {
  if (one.type === 1) return h("div", { class: "row" }, one.components.map((inner) => component(inner, message)));
  if (one.type === 2) return button(one, message);
  if (MENUS.has(one.type)) {
    const chosen = (values) => attempt(act("select", { message: message.id, custom_id: one.custom_id, values }));
    return new Menu(one, { chosen, busy: Boolean(message.waiting?.includes(one.custom_id)) }).element;
  }
  if (one.type === 10) return h("div", { class: "text", html: one.html });
  if (one.type === 14) return h("hr", { class: one.divider === false ? "none" : "" });
  const inside = (one.components ?? []).map((inner) => component(inner, message));
  if (one.type === 17) {
    const color = typeof one.accent_color === "number" ? `#${one.accent_color.toString(16).padStart(6, "0")}` : null;
    return h("article", { class: "embed", accent: color }, h("div", { class: "words" }, inside));
  }
  if (one.type === 9) return h("div", { class: "section" }, h("div", {}, inside), one.accessory && component(one.accessory, message));
  return null;
}

function button(one, message) {
  const emoji = one.emoji && h("span", { class: "emoji" }, one.emoji.name);
  const inside = [emoji, one.label && h("span", {}, one.label)];
  const looks = `press ${STYLES[one.style] ?? "secondary"}`;
  if (one.style === 5) return h("a", { class: looks, href: one.url, target: "_blank", rel: "noopener noreferrer" }, inside, icon("out"));
  const waiting = message.waiting?.includes(one.custom_id);
  const press = (event) => {
    if (event.currentTarget.getAttribute("aria-busy") === "true") return;
    attempt(act("press", { message: message.id, custom_id: one.custom_id }));
  };
  return h(
    "button",
    { class: looks, disabled: Boolean(one.disabled), "aria-busy": String(Boolean(waiting)), "data-press": one.custom_id, onclick: press },
    h("span", { class: "label" }, inside),
    waiting && h("span", { class: "dots" }, h("i"), h("i"), h("i")),
  );
}
