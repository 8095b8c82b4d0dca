// The window that an interaction opens to be filled in.

import { menu } from "./components.js";
import { h, icon } from "./dom.js";
import { begun, move, parts, watch } from "./live.js";
import { t } from "./words.js";

const dialog = document.getElementById("form");

watch(["interactions"], () => {
  for (const one of parts.interactions) {
    if (one.modal && begun.delete(one.id)) show(one);
  }
});

function show(interaction) {
  const modal = interaction.modal;
  const fields = modal.components.map(part);
  const problem = h("p", { class: "failed", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    try {
      await move("submit", { interaction: interaction.id, values: values(dialog) });
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    }
  };
  dialog.setAttribute("aria-label", modal.title);
  dialog.replaceChildren(
    h(
      "form",
      { onsubmit: send },
      h("header", {}, h("h2", {}, modal.title), h("button", { type: "button", class: "icon", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))),
      fields,
      problem,
      h("footer", {}, h("button", { type: "button", class: "press secondary", onclick: () => dialog.close() }, t("cancel")), h("button", { class: "press primary" }, t("submit"))),
    ),
  );
  dialog.showModal();
}

function part(one) {
  if (one.type === 1) return one.components.map((inner) => labelled(inner.label, "", inner));
  if (one.type === 18) return labelled(one.label, one.description, one.component);
  return one.type === 10 ? h("div", { class: "text" }, one.content) : null;
}

function labelled(label, description, one) {
  const required = one.required !== false;
  const star = required && h("span", { class: "star", "aria-hidden": "true" }, " *");
  const words = [h("span", {}, label, star), description && h("small", {}, description)];
  if (one.type !== 4) return h("label", { class: "field" }, words, menu(one));
  const attributes = {
    "data-input": one.custom_id,
    placeholder: one.placeholder ?? "",
    minlength: one.min_length ? String(one.min_length) : null,
    maxlength: String(one.max_length ?? 4000),
    required,
  };
  const input = one.style === 2 ? h("textarea", { ...attributes, rows: "5" }) : h("input", { ...attributes, type: "text" });
  input.value = one.value ?? "";
  return h("label", { class: "field" }, words, input);
}

function values(form) {
  const out = {};
  for (const input of form.querySelectorAll("[data-input]")) out[input.dataset.input] = input.value;
  for (const select of form.querySelectorAll("[data-menu]")) {
    out[select.dataset.menu] = [...select.selectedOptions].map((option) => option.value).filter(Boolean);
  }
  return out;
}
