// The page as a whole: bars, drawers, language. The other files watch what they draw.

import "./channels.js";
import "./members.js";
import "./chat.js";
import "./form.js";
import "./behind.js";
import { isOff, restart } from "./tour.js";
import { forget, h } from "./dom.js";
import { connect, redraw, watch } from "./live.js";
import { language, setLanguage, t } from "./words.js";

const body = document.body;
const menu = document.getElementById("menu-button");
const behind = document.getElementById("behind-button");
const switchLanguage = document.getElementById("language");
const again = h("button", { class: "plain", id: "tour-again", onclick: () => restart() });
switchLanguage.before(again);

const narrow = matchMedia("(max-width: 1099px)");

function label() {
  document.documentElement.lang = language();
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = t(one.dataset.word);
  switchLanguage.textContent = language() === "fr" ? "EN" : "FR";
  switchLanguage.title = t("language");
  switchLanguage.setAttribute("aria-label", t("language"));
  menu.setAttribute("aria-label", t("menu"));
  behind.setAttribute("aria-label", t("behind"));
  again.textContent = t("tour_again");
}

function show(name, on) {
  body.classList.toggle(name, on);
  menu.setAttribute("aria-expanded", String(body.classList.contains("show-channels")));
  const shown = narrow.matches ? body.classList.contains("show-behind") : !body.classList.contains("no-behind");
  behind.setAttribute("aria-expanded", String(shown));
}

menu.addEventListener("click", () => show("show-channels", !body.classList.contains("show-channels")));
behind.addEventListener("click", () => {
  const name = narrow.matches ? "show-behind" : "no-behind";
  show(name, !body.classList.contains(name));
});
document.getElementById("channels").addEventListener("click", (event) => event.target.closest("a") && show("show-channels", false));
document.getElementById("chat").addEventListener("click", () => {
  if (!narrow.matches) return;
  show("show-channels", false);
  show("show-behind", false);
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  show("show-channels", false);
  show("show-behind", false);
});
narrow.addEventListener("change", () => show("show-behind", false));

switchLanguage.addEventListener("click", () => {
  setLanguage(language() === "fr" ? "en" : "fr");
  label();
  // Everything is drawn anew, in the other words.
  for (const id of ["switch", "members", "messages"]) forget(document.getElementById(id));
  for (const one of document.querySelectorAll(".list, .panel")) forget(one);
  redraw();
  connect();
});

watch(["tour"], () => (again.hidden = !isOff()));
addEventListener("click", () => setTimeout(() => (again.hidden = !isOff())));
label();
show("no-behind", false);
connect();
