"use strict";
(() => {
  const root = document.documentElement;
  const remembered = (name, value) => {
    try {
      if (value) localStorage.setItem(`transcript-${name}`, value);
      return localStorage.getItem(`transcript-${name}`);
    } catch {
      return value;
    }
  };
  const theme = document.getElementById("theme");
  const chosen = remembered("theme");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remembered("theme", root.dataset.theme);
  });

  const log = document.getElementById("log");
  const bar = document.getElementById("bar");
  const form = document.getElementById("find");
  const query = document.getElementById("query");
  const output = form.querySelector("output");
  const fold = (text) =>
    (/^[\x00-\x7f]*$/.test(text) ? text : text.normalize("NFD").replace(/\p{M}/gu, "")).toLowerCase();
  let texts = null;
  let hits = [];
  let terms = [];
  let current = -1;
  let timer = 0;
  form.hidden = false;
  for (const note of document.querySelectorAll(".part span")) note.hidden = false;

  // Each message is found by its author's name, username and id, too; its time of day is left out.
  const index = () => {
    const found = [];
    for (const group of log.querySelectorAll(".g")) {
      const name = group.querySelector("h3");
      const by = name ? `${name.firstElementChild.textContent} ${name.nextElementSibling.textContent}`.trim() : "";
      const author = fold(`${by} `);
      for (const message of group.querySelectorAll(".m")) {
        const time = message.firstElementChild.textContent.length;
        found.push([message, author + fold(message.textContent.slice(time)), by]);
      }
    }
    return found;
  };
  // Words in any order; what stands in quotation marks must be found as it is.
  const parse = (wanted) =>
    Array.from(wanted.matchAll(/["“«]\s*([^"”»]+?)\s*["”»]|(\S+)/g), ([, phrase, word]) => fold(phrase ?? word));
  const search = () => {
    terms = parse(query.value);
    texts ??= index();
    hits = [];
    for (const [message, text] of terms.length ? texts : []) {
      if (terms.every((term) => text.includes(term)) && !message.classList.contains("out")) hits.push(message);
    }
    current = -1;
    if (hits.length) step(1);
    else {
      mark(null);
      output.textContent = terms.length ? output.dataset.none : "";
    }
  };
  // The place of each folded character in the text that it stands for.
  const foldedPlaces = (text) => {
    let folded = "";
    const places = [];
    for (let at = 0; at < text.length; at++) {
      const one = fold(text[at]);
      folded += one;
      for (let count = one.length; count > 0; count--) places.push(at);
    }
    return [folded, places];
  };
  const highlight = (message) => {
    if (!globalThis.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("hit");
    if (!message) return;
    const ranges = [];
    const nodes = document.createTreeWalker(message, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const node = nodes.currentNode;
      if (node.parentElement.closest(".t")) continue;
      const [folded, places] = foldedPlaces(node.data);
      for (const term of terms) {
        for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
          const range = new Range();
          range.setStart(node, places[at]);
          range.setEnd(node, places[at + term.length - 1] + 1);
          ranges.push(range);
        }
      }
    }
    CSS.highlights.set("hit", new Highlight(...ranges));
  };
  const mark = (message) => {
    for (const old of document.querySelectorAll(".hit")) old.classList.remove("hit");
    highlight(message);
    if (!message) return;
    message.classList.add("hit");
    for (const hidden of message.querySelectorAll(".s, .sb")) {
      const text = fold(hidden.textContent);
      if (terms.some((term) => text.includes(term))) hidden.querySelector("input").checked = true;
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

  // Messages that do not fit the filter are hidden, and so are authors, threads and days without one that does.
  const filter = document.getElementById("filter");
  const author = filter.querySelector("select");
  const boxes = Array.from(filter.querySelectorAll("input"));
  const shown = filter.querySelector("output");
  const selectors = { file: "figure:not(.m-e *, .st *)", link: "a[href^=http], a[href^=mailto]", pin: ".pin" };
  const having = (selector) => new Set(Array.from(log.querySelectorAll(selector), (element) => element.closest(".m")));
  filter.hidden = false;
  filter.addEventListener("toggle", () => {
    if (!filter.open || author.length > 1) return;
    texts ??= index();
    const names = new Set(texts.map(([, , by]) => by).filter(Boolean));
    author.append(...Array.from(names).sort((a, b) => a.localeCompare(b)).map((name) => new Option(name, name)));
  });
  const narrow = () => {
    texts ??= index();
    const wanted = boxes.filter((box) => box.checked).map((box) => having(selectors[box.value]));
    const isWanted = author.value || wanted.length;
    let count = 0;
    for (const [message, , by] of texts) {
      const fits = (!author.value || by === author.value) && wanted.every((found) => found.has(message));
      message.classList.toggle("out", !fits);
      count += fits;
    }
    let day = null;
    for (const part of log.querySelectorAll(".day, .g")) {
      const isDay = part.classList.contains("day");
      const isOut = isWanted && (isDay || !part.querySelector(".m:not(.out)"));
      part.classList.toggle("out", Boolean(isOut));
      if (isDay) day = part;
      else if (!isOut) day?.classList.remove("out");
    }
    for (const thread of log.querySelectorAll(".thr")) {
      thread.classList.toggle("out", !thread.querySelector(".m:not(.out)"));
    }
    filter.classList.toggle("on", Boolean(isWanted));
    shown.textContent = isWanted ? shown.dataset.count.replace("{}", count).replace("{}", texts.length) : "";
    search();
  };
  filter.addEventListener("change", narrow);
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.closest(".out")) return;
    author.value = "";
    for (const box of boxes) box.checked = false;
    narrow();
    target.scrollIntoView();
  });

  // Times are in the page's time zone; the reader's own is shown on hover where it is another.
  const readersZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const addLocalTime = ({ target }) => {
    const time = target.closest(".t")?.querySelector("time") ?? target.closest("time");
    if (!time?.dateTime.includes("T") || time.dataset.local) return;
    const written = new Date(time.dateTime).toLocaleString(root.lang, { dateStyle: "full", timeStyle: "medium" });
    time.dataset.local = log.dataset.local.replace("{}", written);
    time.title += `\n${time.dataset.local}`;
  };
  if (readersZone !== log.dataset.zone) {
    for (const event of ["pointerover", "focusin"]) document.addEventListener(event, addLocalTime);
  }

  const panels = Array.from(bar.querySelectorAll("details"));
  const close = (except) => {
    for (const panel of panels) if (panel !== except) panel.open = false;
  };
  const show = (id) => {
    const panel = document.getElementById(id);
    if (!panel) return;
    close(panel);
    panel.open = !panel.open;
    panel.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => {
    const panel = event.target.closest("#bar details");
    close(event.target.closest("a") ? null : panel);
  });

  // The next message is counted from the focused one, or from the first in view.
  const move = (by) => {
    const messages = Array.from(log.querySelectorAll(".m:not(.out)"));
    const top = bar.getBoundingClientRect().bottom;
    const bottomOf = (message) => message.getBoundingClientRect().bottom;
    let at = messages.indexOf(document.activeElement.closest(".m"));
    if (at >= 0 && bottomOf(messages[at]) > top && messages[at].getBoundingClientRect().top < innerHeight) at += by;
    else {
      let end = messages.length;
      for (at = 0; at < end; ) {
        const middle = (at + end) >> 1;
        if (bottomOf(messages[middle]) > top + 1) end = middle;
        else at = middle + 1;
      }
      if (by < 0) at--;
    }
    const message = messages[at];
    if (!message) return;
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    message.scrollIntoView({ block: "nearest" });
  };

  const keys = document.getElementById("keys");
  const help = document.getElementById("help");
  help.hidden = false;
  help.addEventListener("click", () => keys.showModal());
  keys.querySelector("button").addEventListener("click", () => keys.close());
  const hasKeys = keys.querySelector("input");
  hasKeys.checked = remembered("keys") !== "off";
  hasKeys.addEventListener("change", () => remembered("keys", hasKeys.checked ? "on" : "off"));
  const actions = {
    "/": () => query.focus(),
    "?": () => keys.showModal(),
    j: () => move(1),
    k: () => move(-1),
    f: () => show("filter"),
    d: () => show("dates"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close(null);
      for (const enlarged of document.querySelectorAll(".z input:checked")) enlarged.checked = false;
    }
    const action = Object.hasOwn(actions, event.key) && actions[event.key];
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select") || keys.open;
    if (!action || isTyping || !hasKeys.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
})();
