// The window that an interaction opens to be filled in.

import { h, icon } from "./dom.js";
import { startedInteractions, act, parts, watch } from "./live.js";
import { Menu } from "./menu.js";
import { size, t } from "./texts.js";

const [ROW, TEXT, DISPLAY, LABEL, FILES, RADIOS, CHECKBOXES, CHECKBOX] = [1, 4, 10, 18, 19, 21, 22, 23];
const dialog = document.getElementById("modal");
let answers = new Map(); // by custom id: the label, whether an answer is required, and what returns the answer

watch(["interactions"], () => {
  for (const one of parts.interactions) {
    if (one.modal && startedInteractions.delete(one.id)) show(one);
  }
});

function show(interaction) {
  const modal = interaction.modal;
  answers = new Map();
  const fields = modal.components.map(part);
  const problem = h("p", { class: "failed", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    try {
      await act("submit", { interaction: interaction.id, values: await values() });
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

async function values() {
  const out = {};
  for (const [name, { label, required, answer }] of answers) {
    out[name] = await answer();
    if (required && Array.isArray(out[name]) && !out[name].length) throw new Error(t("field_required", { label }));
  }
  return out;
}

function part(one) {
  if (one.type === ROW) return one.components.map((inner) => field(inner.label, "", inner));
  if (one.type === LABEL) return field(one.label, one.description, one.component);
  return one.type === DISPLAY ? h("div", { class: "text" }, one.content) : null;
}

function field(label, description, one) {
  const required = one.required !== false && one.type !== CHECKBOX;
  const words = [h("span", {}, label, required && h("span", { class: "star", "aria-hidden": "true" }, " *")), description && h("small", {}, description)];
  const inputs = { [TEXT]: text, [FILES]: files, [RADIOS]: boxes, [CHECKBOXES]: boxes, [CHECKBOX]: box };
  const [kind, input, answer] = (inputs[one.type] ?? select)(one, label, required);
  answers.set(one.custom_id, { label, required, answer });
  return h(kind, { class: "field", role: kind === "fieldset" && one.type === RADIOS ? "radiogroup" : null }, kind === "fieldset" ? h("legend", {}, words) : words, input);
}

function text(one, _label, required) {
  const attributes = {
    "data-input": one.custom_id,
    placeholder: one.placeholder ?? "",
    minlength: one.min_length ? String(one.min_length) : null,
    maxlength: String(one.max_length ?? 4000),
    required,
  };
  const input = one.style === 2 ? h("textarea", { ...attributes, rows: "4" }) : h("input", { ...attributes, type: "text" });
  input.value = one.value ?? "";
  return ["label", input, () => input.value];
}

function select(one, label) {
  const menu = new Menu(one, { label });
  return ["div", menu.element, () => menu.values];
}

function boxes(one) {
  const type = one.type === RADIOS ? "radio" : "checkbox";
  const inputs = one.options.map((option) => h("input", { type, name: one.custom_id, value: option.value, checked: Boolean(option.default), required: type === "radio" && one.required !== false }));
  const rows = one.options.map((option, index) => h("label", { class: "box-row", "data-option": option.value }, inputs[index], h("span", {}, option.label, option.description && h("small", {}, option.description))));
  const answer = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return ["fieldset", h("div", { class: "boxes", "data-boxes": one.custom_id }, rows), answer];
}

function box(one, label) {
  const input = h("input", { type: "checkbox", checked: Boolean(one.default), "aria-label": label });
  return ["label", input, () => input.checked];
}

function files(one) {
  let chosen = [];
  const picker = h("input", { type: "file", multiple: (one.max_values ?? 1) > 1, "data-files": one.custom_id, class: "unseen" });
  const list = h("ul", { class: "chips" });
  const draw = () => {
    const remove = (file) => {
      chosen = chosen.filter((each) => each !== file);
      draw();
    };
    list.replaceChildren(...chosen.map((file) => h("li", {}, icon("file"), h("span", {}, file.name, h("small", {}, ` ${size(file.size)}`)), h("button", { type: "button", class: "icon", "aria-label": `${t("remove")} ${file.name}`, onclick: () => remove(file) }, icon("close")))));
  };
  picker.addEventListener("change", () => {
    chosen = [...chosen, ...picker.files].slice(-(one.max_values ?? 1));
    picker.value = "";
    draw();
  });
  const answer = () => Promise.all(chosen.map(async (file) => ({ name: file.name, data: await encoded(file) })));
  const words = t(picker.multiple ? "choose_files" : "choose_file", { count: one.max_values });
  return ["div", h("div", {}, h("label", { class: "upload" }, icon("plus"), words, picker), list), answer];
}

// A file's content in base64, for JSON.
const encoded = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
