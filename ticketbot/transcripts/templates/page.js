"use strict";
(() => {
  const root = document.documentElement;
  const remembered = (value) => {
    try {
      if (value) localStorage.setItem("transcript-theme", value);
      return localStorage.getItem("transcript-theme");
    } catch {
      return value;
    }
  };
  const theme = document.getElementById("theme");
  const chosen = remembered();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remembered(root.dataset.theme);
  });

  const form = document.getElementById("find");
  const query = document.getElementById("query");
  const output = form.querySelector("output");
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let texts = null;
  let hits = [];
  let current = -1;
  let timer = 0;
  form.hidden = false;

  // The author stands above the first of their messages.
  const author = (message) => {
    const above = message.previousElementSibling;
    return above?.tagName === "H3" ? `${above.firstElementChild.textContent}\n` : "";
  };
  const search = () => {
    const wanted = fold(query.value.trim());
    texts ??= Array.from(document.querySelectorAll(".m"), (message) => [message, fold(author(message) + message.textContent)]);
    hits = wanted ? texts.filter(([, text]) => text.includes(wanted)).map(([message]) => message) : [];
    current = -1;
    if (hits.length) step(1);
    else {
      mark(null);
      output.textContent = wanted ? output.dataset.none : "";
    }
  };
  const mark = (message) => {
    for (const old of document.querySelectorAll(".hit")) old.classList.remove("hit");
    if (!message) return;
    const wanted = fold(query.value.trim());
    message.classList.add("hit");
    for (const hidden of message.querySelectorAll(".s, .sb")) {
      if (fold(hidden.textContent).includes(wanted)) hidden.querySelector("input").checked = true;
    }
    message.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    if (!hits.length) return;
    current = (current + by + hits.length) % hits.length;
    mark(hits[current]);
    output.textContent = output.dataset.count.replace("{}", current + 1).replace("{}", hits.length);
  };
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === query) step(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") {
      query.value = "";
      search();
    }
  });
  for (const button of form.querySelectorAll("button")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
})();
