// Who sees the channel, on the right.

import { avatar, h, reconcile, name } from "./dom.js";
import { act, attempt, here, parts, watch } from "./live.js";
import { t } from "./texts.js";

const aside = document.getElementById("members");

function draw() {
  aside.setAttribute("aria-label", t("members"));
  const groups = parts.members.map((group) => ({ ...group, menus: parts.menus.member ?? [] }));
  reconcile(aside, groups, (group) => group.name, (group) => {
    const words = { online: t("online"), offline: t("offline") }[group.name] ?? group.name;
    const away = group.name === "offline";
    return h(
      "section",
      { class: away ? "away" : "" },
      h("h2", {}, `${words} — ${group.members.length}`),
      h("ul", {}, group.members.map((one) => h("li", {}, avatar(one, away ? "off" : "on"), name(one), app(one), menus(group.menus, one)))),
    );
  });
}

// What Discord has in the context menu of a member.
const menus = (offered, one) =>
  offered.map((menu) =>
    h("button", { class: "link", onclick: () => attempt(act("menu", { name: menu.name, member: one.id, channel: here() })) }, menu.shown),
  );

export function app(member) {
  return member.bot ? h("span", { class: "app" }, "APP") : null;
}

watch(["members", "menus"], draw);
