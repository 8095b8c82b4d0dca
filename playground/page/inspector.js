// The inspector: what the bot did for each press, what it stores, and faults to inject.

import { h, icon, reconcile } from "./dom.js";
import { attempt, control, parts, watch } from "./live.js";
import { has, language, milliseconds, t } from "./texts.js";

const aside = document.getElementById("inspector");
const KINDS = ["403", "500", "hang", "drop", "429"];
const TARGETS = ["any", "answer", "channel", "message", "overwrite", "deletion"];
const TABS = ["presses", "store", "log"];
let tab = "presses";
const opened = new Set();
const folded = new Map(); // what people opened or closed by hand
const panels = Object.fromEntries(TABS.map((name) => [name, h("div", { class: `panel ${name}`, role: "tabpanel", id: `panel-${name}` })]));
const status = h("div", { class: "status" });
const tools = h("div", { class: "tools-box" });
const tabs = h("div", { class: "tabs", role: "tablist" });
aside.append(status, tools, tabs, ...Object.values(panels));

// The process.

function drawBot() {
  const bot = parts.bot;
  const state = bot.busy ? "busy" : bot.online ? "online" : bot.running ? "busy" : "dead";
  const button = (name, enabled, hint = "") => h("button", { class: `small ${name}`, disabled: !enabled, title: hint, "data-bot": name, onclick: () => attempt(control(name)) }, t(name));
  status.replaceChildren(
    h("span", { class: `dot ${state}` }),
    h("div", {}, h("b", {}, t(`bot_${state}`)), h("small", {}, `${bot.mode}${bot.pid ? ` · pid ${bot.pid}` : bot.exit === null ? "" : ` · ${t("bot_ended", { code: bot.exit })}`}`)),
    bot.running ? button("kill", !bot.busy, t("kill_hint")) : button("start", !bot.busy),
  );
  if (bot.start_error) status.append(h("pre", { class: "start-error" }, bot.start_error.slice(-1500)));
  if (bot.violations) status.append(h("p", { class: "failed" }, t("violations", { count: bot.violations })));
  drawTools(bot);
}

function drawTools(bot) {
  if (!tools.firstChild || tools.lang !== document.documentElement.lang) buildTools();
  const latency = tools.querySelector("[data-latency]");
  if (document.activeElement !== latency) latency.value = String(bot.latency);
  const words = bot.faults.map((one) => `${t(`fault_${one.kind}`)} (${t(`target_${one.target}`)})`).join(", ");
  const note = tools.querySelector(".to-come");
  note.replaceChildren(...(words ? [t("waiting_faults", { faults: words }), " ", h("button", { class: "link", onclick: () => attempt(control("clear")) }, t("clear"))] : []));
}

function buildTools() {
  tools.lang = document.documentElement.lang;
  const select = (name, list, prefix) => h("select", { "aria-label": name, "data-fault": prefix }, list.map((one) => h("option", { value: one }, t(`${prefix}_${one}`))));
  const kind = select(t("fault"), KINDS, "fault");
  const target = select(t("fault_hint"), TARGETS, "target");
  const latency = h("input", { type: "number", min: "0", max: "10000", step: "50", inputmode: "numeric", "data-latency": "" });
  latency.addEventListener("change", () => attempt(control("latency", { ms: Number(latency.value) || 0 })));
  tools.replaceChildren(
    h("label", { class: "latency" }, t("latency"), latency, "ms"),
    h("div", { class: "fault", title: t("fault_hint") }, kind, target, h("small", {}, t("order_hint")), h("button", { class: "small", "data-order": "", onclick: () => attempt(control("fault", { kind: kind.value, target: target.value })) }, t("order"))),
    h("p", { class: "to-come" }),
  );
}

function drawTabs() {
  const choose = (name) => {
    tab = name;
    drawTabs();
    tabs.querySelector("[aria-selected=true]").focus();
  };
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) choose(TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]);
  };
  tabs.replaceChildren(
    ...TABS.map((name) =>
      h("button", { role: "tab", "data-tab": name, "aria-selected": String(name === tab), "aria-controls": `panel-${name}`, tabindex: name === tab ? "0" : "-1", onclick: () => choose(name), onkeydown: move }, t(`tab_${name}`)),
    ),
  );
  for (const [name, panel] of Object.entries(panels)) {
    panel.hidden = name !== tab;
    panel.setAttribute("aria-label", t(`tab_${name}`));
  }
}

// Presses and their calls.

function drawPresses() {
  const panel = panels.presses;
  const presses = parts.presses;
  const newest = presses.find((one) => one.id !== "0")?.id;
  const items = presses.length && newest ? presses : [{ id: "none" }, ...presses];
  reconcile(panel, items.map((one) => ({ ...one, unfolded: one.id === newest })), (one) => one.id, press);
}

function press(one) {
  if (one.id === "none") return h("p", { class: "empty" }, t("no_presses"));
  const own = one.id === "0";
  const title = own ? t("itself") : t(one.verb, { who: one.who, what: one.label });
  const state = own ? "" : one.failed ? t("failed_press") : one.acknowledged === null ? t("pending") : t("acknowledged", { ms: milliseconds(one.acknowledged) });
  const replies = (one.replies ?? []).map((reply) => h("li", { class: "call reply" }, h("div", { class: "purpose" }, t("http_answer")), h("code", {}, `HTTP ${reply.status ?? "—"}${reply.kind ? ` · type ${reply.kind}` : ""}`), h("span", { class: "ms" }, reply.ms === null ? "" : milliseconds(reply.ms))));
  const span = Math.max(1, ...one.calls.map((call) => call.start + (call.ms ?? 0)));
  return h(
    "details",
    { class: `press-log${one.failed ? " bad" : ""}`, open: folded.get(one.id) ?? one.unfolded, "data-interaction": one.id },
    h("summary", { onclick: (event) => folded.set(one.id, !event.currentTarget.parentElement.open) }, h("span", {}, title), h("small", {}, [own ? "" : one.what, state, `${one.calls.length} × API`].filter(Boolean).join(" · "))),
    one.failure && h("p", { class: "failed" }, failure(one.failure)),
    h("ol", {}, replies, one.calls.map((call) => row(call, span))),
  );
}

// Why an interaction failed; the simulator gives the reason in English.
const FAILURES = [
  [/^no answer within (\S+) s$/, "failure_timeout"],
  [/^no answer from the endpoint: (.*)$/, "failure_unreachable"],
  [/^the endpoint answered (.*)$/, "failure_status"],
  [/^the endpoint's answer is malformed: (.*)$/s, "failure_malformed"],
  [/^the endpoint's answer is refused: (.*)$/s, "failure_refused"],
];

function failure(reason) {
  for (const [pattern, key] of FAILURES) {
    const detail = pattern.exec(reason)?.[1];
    if (detail !== undefined) return t(key, { detail: Number(detail) ? new Intl.NumberFormat(language()).format(detail) : detail });
  }
  return reason;
}

function row(call, span) {
  const key = `${call.method} ${call.route}`;
  const good = call.status !== null && call.status < 300;
  const state = call.status === null ? (call.ms === null ? "…" : "✕") : String(call.status);
  const bar = h("span", { class: "bar" }, h("i"));
  bar.firstChild.style.left = `${(100 * call.start) / span}%`;
  bar.firstChild.style.width = `${Math.max(1.5, (100 * (call.ms ?? span - call.start)) / span)}%`;
  const more = h("div", { class: "more", hidden: !opened.has(call.index) });
  if (opened.has(call.index)) details(call, more);
  const unfold = () => {
    if (!opened.delete(call.index)) opened.add(call.index);
    more.hidden = !more.hidden;
    if (!more.hidden) details(call, more);
  };
  return h(
    "li",
    { class: `call ${good ? "" : call.ms === null ? "open" : "bad"}` },
    h(
      "button",
      { "aria-expanded": String(opened.has(call.index)), onclick: (event) => (unfold(), event.currentTarget.setAttribute("aria-expanded", String(!more.hidden))) },
      h("span", { class: "purpose" }, has(key) ? t(key) : call.route),
      h("span", { class: "code" }, state),
      h("span", { class: "ms" }, call.ms === null ? "" : milliseconds(call.ms)),
      h("code", {}, h("b", {}, call.method), ` ${call.route.replace(/\{\w+\}/g, "…")}`),
      call.fault && h("em", {}, t("planned")),
      bar,
    ),
    more,
  );
}

async function details(call, place) {
  const response = await fetch(`/calls/${call.index}`).catch(() => null);
  if (!response?.ok) return;
  const one = await response.json();
  const block = (title, value) => value !== null && value !== undefined && h("div", {}, h("h4", {}, title), h("pre", { tabindex: "0" }, typeof value === "string" ? value : JSON.stringify(value, null, 2)));
  const files = one.files.map((file) => `${file.name} (${file.size})`).join("\n");
  place.replaceChildren(...[block(call.method, one.path), one.reason && block("X-Audit-Log-Reason", one.reason), block(t("request"), one.request), files && block(t("files"), files), block(`${t("response")} · ${one.status ?? "—"}`, one.answer)].filter(Boolean));
}

// The store.

const seen = new Map();

function drawStore() {
  const store = parts.store;
  const panel = panels.store;
  const items = [
    ...store.tickets.map((one) => ({ id: `t${one.id}`, title: t("ticket", { number: one.number }), rows: one })),
    ...store.configs.map((one) => ({ id: `c${one.guild}`, title: t("config"), rows: one })),
    ...store.counters.map((one) => ({ id: `n${one.guild}`, title: t("counter"), hint: t("counter_hint"), rows: one })),
  ];
  const none = items.length ? [] : [{ id: "none" }];
  reconcile(panel, [...none, ...items, { id: "file", file: store.file }], (one) => one.id, record);
}

function record(one) {
  if (one.id === "none") return h("p", { class: "empty" }, t("no_store"));
  if (one.id === "file") return h("p", { class: "empty" }, t("read_only", one));
  const before = seen.get(one.id) ?? {};
  seen.set(one.id, one.rows);
  const order_ = Object.entries(one.rows).filter(([key, value]) => value !== null && !["id", "_id", "rev"].includes(key)); // rev is revision, once more
  return h(
    "section",
    { class: "record", "data-record": one.id },
    h("h3", {}, one.title, one.rows.state && h("span", { class: `state ${one.rows.state}` }, one.rows.state), one.hint && h("small", {}, one.hint)),
    h("dl", {}, order_.map(([key, value]) => h("div", { class: before.state && JSON.stringify(before[key]) !== JSON.stringify(value) ? "changed" : "", "data-key": key }, h("dt", {}, key), h("dd", {}, meaning(key, value))))),
  );
}

function meaning(key, value) {
  if (Array.isArray(value)) return value.map((one, index) => [index ? ", " : "", meaning(key, one)]);
  if (value !== null && typeof value === "object") {
    const inner = Object.entries(value).filter(([, one]) => one !== null);
    return h("dl", { class: "inner" }, inner.map(([name, one]) => h("div", {}, h("dt", {}, name), h("dd", {}, meaning(name, one)))));
  }
  if (typeof value === "number" && value > 1e12 && value < 1e13) return h("span", { title: String(value) }, new Date(value).toLocaleTimeString(document.documentElement.lang));
  if (typeof value !== "string" || !/^\d{16,20}$/.test(value)) return String(value);
  const { channels, roles, users } = parts.pickers;
  const find = (list, sign) => list.filter((one) => one.id === value).map((one) => `${sign}${one.name}`)[0];
  const words = (value === parts.guild.id ? parts.guild.name : null) ?? find(users, "@") ?? find(channels, "#") ?? find(roles, "@");
  return words ? h("span", { title: value }, words) : h("code", {}, value);
}

function drawLog() {
  const panel = panels.log;
  const atEnd = panel.scrollHeight - panel.scrollTop - panel.clientHeight < 40;
  panel.replaceChildren(h("pre", { tabindex: "0" }, parts.log.join("\n") || t("no_log")));
  if (atEnd) panel.scrollTop = panel.scrollHeight;
}

watch(["bot"], drawBot);
watch(["presses"], drawPresses);
watch(["store", "pickers"], drawStore);
watch(["log"], drawLog);
watch(["guild"], () => {
  aside.setAttribute("aria-label", t("inspector"));
  drawTabs();
});
