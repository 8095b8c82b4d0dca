// The guided tour: it tells the next step, and follows what really happened.

import { begin } from "./composer.js";
import { h, icon } from "./dom.js";
import { become, here, me, open, parts, watch } from "./live.js";
import { t } from "./texts.js";

const place = document.getElementById("tour");
let phase = sessionStorage.getItem("tour") ?? "intro"; // intro, on, off
let wanted = null; // a command to begin once the right person is in the right channel

function setPhase(name) {
  phase = name;
  sessionStorage.setItem("tour", name);
  draw();
}

export const restart = () => setPhase("on");
export const isOff = () => phase === "off";

function draw() {
  place.hidden = phase === "off";
  place.setAttribute("aria-label", t("tour"));
  document.body.classList.toggle("touring", phase === "on");
  mark();
  if (phase === "off") return;
  const tour = parts.tour;
  const skip = h("button", { class: "link", "data-tour": "skip", onclick: () => setPhase("off") }, t("tour_skip"));
  if (phase === "intro" && tour.step === "configure") {
    return fill("intro", t("tour_intro"), t("tour_intro_text"), "", [h("button", { class: "press primary", "data-tour": "begin", onclick: () => setPhase("on") }, t("tour_begin")), skip]);
  }
  if (!tour.step) {
    return fill("done", `🎉 ${t("tour_done")}`, t("tour_done_text"), "", [h("button", { class: "press primary", "data-tour": "end", onclick: () => setPhase("off") }, t("tour_end"))]);
  }
  const n = tour.steps.findIndex((one) => one.name === tour.step) + 1;
  fill(tour.step, t(`tour_${tour.step}`), t(`tour_${tour.words ?? tour.step}_text`), t("tour_step", { n, count: tour.steps.length }), [...acts(tour), skip]);
}

function fill(name, title, words, step, acts_) {
  const dots = parts.tour.steps.map((one) => h("i", { class: one.done ? "done" : one.name === parts.tour.step ? "now" : "" }));
  place.dataset.step = name;
  place.replaceChildren(
    h("div", { class: "tour-words", role: "status" }, h("p", { class: "tour-step" }, h("span", { class: "tour-dots", "aria-hidden": "true" }, dots), step), h("h2", {}, title), h("p", {}, words)),
    h("div", { class: "tour-acts" }, acts_),
  );
}

function acts(tour) {
  const who = parts.people.find((one) => one.id === tour.who);
  const channel = parts.channels.find((one) => one.id === tour.channel);
  const act = (words, name, then) => h("button", { class: "press primary", "data-tour": name, onclick: then }, words);
  if (who && who.id !== me()) return [act(t("tour_become", { name: who.name }), "become", () => become(who.id, tour.channel ?? here()))];
  if (channel && channel.id !== here()) return [act(t("tour_go", { channel: channel.name }), "go", () => open(channel.id))];
  if (tour.command) {
    const go = () => {
      wanted = tour;
      tryWanted();
    };
    return [act(t("tour_fill"), "fill", go)];
  }
  return [];
}

function tryWanted() {
  if (wanted && begin(wanted.command, wanted.values)) wanted = null;
}

// Let what is to be pressed stand out.
function mark() {
  const tour = parts.tour;
  for (const one of document.querySelectorAll(".wanted")) one.classList.remove("wanted");
  if (phase !== "on" || !tour?.step) return;
  const right = tour.who === me();
  if (!right) return document.querySelector(`[data-person="${tour.who}"]`)?.classList.add("wanted");
  if (tour.channel && tour.channel !== here()) document.querySelector(`a[data-channel="${tour.channel}"]`)?.classList.add("wanted");
  const all = tour.button ? document.querySelectorAll(`#m${tour.message} :is([data-press="${tour.button}"], [data-menu="${tour.button}"])`) : tour.file ? document.querySelectorAll(".read") : [];
  [...all].at(-1)?.classList.add("wanted");
}

watch(["tour", "people", "me", "channel", "channels"], draw);
watch(["messages", "channels", "people", "interactions"], mark);
watch(["commands"], tryWanted);
