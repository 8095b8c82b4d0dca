// A file that is a page of its own, in a frame that can reach nothing.

import { h, icon } from "./dom.js";
import { t } from "./texts.js";

const dialog = document.getElementById("file-viewer");

export function read(file) {
  dialog.setAttribute("aria-label", file.name);
  dialog.replaceChildren(
    h(
      "header",
      {},
      h("b", {}, file.name),
      h("a", { class: "plain", href: file.src, target: "_blank", rel: "noopener" }, t("new_tab"), icon("out")),
      h("button", { class: "icon", "aria-label": t("close"), title: t("close"), onclick: () => dialog.close() }, icon("close")),
    ),
    h("iframe", { src: file.src, sandbox: "allow-scripts", title: file.name }),
  );
  dialog.showModal();
}

dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
dialog.addEventListener("close", () => dialog.replaceChildren());
