// Who sees the channel, on the right.

import { avatar, h, keep, name } from "./dom.js";
import { parts, watch } from "./live.js";
import { t } from "./words.js";

const aside = document.getElementById("members");

function draw() {
  aside.setAttribute("aria-label", t("members"));
  keep(aside, parts.members, (group) => group.name, (group) => {
    const words = { online: t("online"), offline: t("offline") }[group.name] ?? group.name;
    const away = group.name === "offline";
    return h(
      "section",
      { class: away ? "away" : "" },
      h("h2", {}, `${words} — ${group.members.length}`),
      h("ul", {}, group.members.map((one) => h("li", {}, avatar(one, away ? "off" : "on"), name(one), app(one)))),
    );
  });
}

export function app(member) {
  return member.bot ? h("span", { class: "app" }, "APP") : null;
}

watch(["members"], draw);
