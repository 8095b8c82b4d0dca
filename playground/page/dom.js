// Building and keeping elements. Text is text; HTML comes from the server alone, which made it safe.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "html") element.innerHTML = value;
    else if (name === "color") element.style.color = `light-dark(color-mix(in srgb, ${value} 60%, black), ${value})`;
    else if (name === "accent") element.style.setProperty("--accent", value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

// Draw a list so that what did not change keeps its element, and with it focus, hover and scroll.
export function reconcile(container, items, key, draw) {
  const before = container.kept ?? new Map();
  const after = new Map();
  let place = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const looks = JSON.stringify(item);
    let kept = before.get(name);
    if (!kept || kept.looks !== looks) {
      const element = draw(item, kept?.element);
      if (kept && kept.element !== element) {
        if (place === kept.element) place = element;
        kept.element.replaceWith(element);
      }
      kept = { element, looks };
    }
    after.set(name, kept);
    if (kept.element === place) place = place.nextElementSibling;
    else container.insertBefore(kept.element, place);
  }
  for (const [name, kept] of before) if (!after.has(name)) kept.element.remove();
  container.kept = after;
}

export function clear(container) {
  container.kept = undefined;
  container.replaceChildren();
}

const HUES = ["#5865f2", "#3ba55c", "#c27c0e", "#d6457a", "#1f8b9c", "#a1569b", "#c4513f", "#4a7fd1"];

export function avatar(member, size = "") {
  const hue = member.bot ? "#5865f2" : HUES[Number(BigInt(member.id) % BigInt(HUES.length))];
  const sign = member.bot ? "🎟️" : [...member.name][0]?.toUpperCase() ?? "?";
  return h("span", { class: `avatar ${size}`, accent: hue, "aria-hidden": "true" }, sign);
}

export function name(member) {
  return h("span", { class: "name", color: member.color || null }, member.name);
}
