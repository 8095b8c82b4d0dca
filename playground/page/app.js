// The page as a whole: bars, drawers, language. The other files watch what they draw.

import "./channels.js";
import "./members.js";
import "./chat.js";
import "./modal.js";
import "./inspector.js";
import { isOff, restart } from "./tour.js";
import { clear, h } from "./dom.js";
import { connect, redraw, watch } from "./live.js";
import { language, setLanguage, t } from "./texts.js";

const body = document.body;
const menu = document.getElementById("menu-button");
const inspector = document.getElementById("inspector-button");
const switchLanguage = document.getElementById("language");
const theme = document.getElementById("theme");
const again = h("button", { class: "plain", id: "tour-again", onclick: () => restart() });
theme.before(again);

const narrow = matchMedia("(max-width: 1099px)");

function label() {
  document.documentElement.lang = language();
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = t(one.dataset.word);
  switchLanguage.textContent = language() === "fr" ? "EN" : "FR";
  switchLanguage.title = t("language");
  switchLanguage.setAttribute("aria-label", t("language"));
  labelTheme();
  menu.setAttribute("aria-label", t("menu"));
  inspector.setAttribute("aria-label", t("inspector"));
  again.textContent = t("tour_again");
}

// The browser's colour scheme, unless a visitor chose another.
const prefersLight = matchMedia("(prefers-color-scheme: light)");
const isLight = () => (document.documentElement.dataset.theme ?? (prefersLight.matches ? "light" : "dark")) === "light";

function labelTheme() {
  theme.textContent = isLight() ? "☾" : "☀";
  theme.title = t(isLight() ? "dark_theme" : "light_theme");
  theme.setAttribute("aria-label", theme.title);
}

theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isLight() ? "dark" : "light";
  localStorage.setItem("theme", document.documentElement.dataset.theme);
  labelTheme();
});
if (localStorage.getItem("theme")) document.documentElement.dataset.theme = localStorage.getItem("theme");
prefersLight.addEventListener("change", labelTheme);

function show(name, on) {
  body.classList.toggle(name, on);
  menu.setAttribute("aria-expanded", String(body.classList.contains("show-channels")));
  const shown = narrow.matches ? body.classList.contains("show-inspector") : !body.classList.contains("no-inspector");
  inspector.setAttribute("aria-expanded", String(shown));
}

menu.addEventListener("click", () => show("show-channels", !body.classList.contains("show-channels")));
inspector.addEventListener("click", () => {
  const name = narrow.matches ? "show-inspector" : "no-inspector";
  show(name, !body.classList.contains(name));
});
document.getElementById("channels").addEventListener("click", (event) => event.target.closest("a") && show("show-channels", false));
document.getElementById("chat").addEventListener("click", () => {
  if (!narrow.matches) return;
  show("show-channels", false);
  show("show-inspector", false);
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  show("show-channels", false);
  show("show-inspector", false);
});
narrow.addEventListener("change", () => show("show-inspector", false));

switchLanguage.addEventListener("click", () => {
  setLanguage(language() === "fr" ? "en" : "fr");
  label();
  // Everything is drawn anew, in the other words.
  for (const id of ["switch", "members", "messages"]) clear(document.getElementById(id));
  for (const one of document.querySelectorAll(".list, .panel")) clear(one);
  redraw();
  connect();
});

watch(["tour"], () => (again.hidden = !isOff()));
addEventListener("click", () => setTimeout(() => (again.hidden = !isOff())));
label();
show("no-inspector", false);
connect();
