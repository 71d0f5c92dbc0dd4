// What all figures share: elements, controls with labels, a frame with a data table behind it.
// A figure's own module stands behind this one in the same file and exports { render }.

/** An HTML element: h("p", { class: "hint" }, "text", otherElement). */
function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element, likewise. */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

let figuresMade = 0;

/**
 * The frame of a figure, put into `el`: title, one sentence on what to do, `controls` and `stage` to
 * fill, `say(text)` for what changed (read out by screen readers), `table(headings, rows)` for the data.
 */
function frame(el, { title, hint }) {
  const id = `${el.id || "figure"}-${figuresMade++}`;
  const controls = h("div", { class: "controls" });
  const stage = h("div", { class: "stage", tabindex: "0", role: "group", "aria-label": `${title}: drawing` });
  const status = h("p", { class: "status", role: "status", "aria-live": "polite" });
  const holder = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${title}: data` });
  el.classList.add("llmcourse-figure");
  // JupyterLab takes arrow keys and letters for its own commands unless the very element that has the focus says no.
  el.addEventListener("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  el.replaceChildren(
    h("figure", { role: "group", "aria-labelledby": `${id}-title` },
      h("p", { class: "title", id: `${id}-title` }, title),
      h("p", { class: "hint" }, hint),
      controls, stage, status,
      h("details", {}, h("summary", {}, "The data as a table"), holder)));
  return {
    controls,
    stage,
    say: (text) => { if (status.textContent !== text) status.textContent = text; },
    table: (headings, rows) => holder.replaceChildren(
      h("table", {},
        h("thead", {}, h("tr", {}, headings.map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, String(cell)))))))),
  };
}

/** A slider with its value beside its name; arrow keys move it. `format` turns the value into text with its unit. */
function slider({ label, min, max, step, value, format = String, oninput }) {
  const shown = h("output", {}, format(value));
  const input = h("input", { type: "range", min, max, step, value, "aria-label": label, "aria-valuetext": format(value) });
  input.addEventListener("input", () => {
    const text = format(Number(input.value));
    shown.textContent = text;
    input.setAttribute("aria-valuetext", text);
    oninput(Number(input.value));
  });
  return h("label", { class: "control" }, h("span", { class: "name" }, label, shown), input);
}

/** A list to choose from; `options` are texts, `oninput` gets the index. */
function choice({ label, options, value = 0, oninput }) {
  const select = h("select", {}, options.map((text, i) => h("option", { value: i, selected: i === value }, text)));
  select.addEventListener("input", () => oninput(Number(select.value)));
  return h("label", { class: "control" }, h("span", { class: "name" }, label), select);
}

/** A line of text that the reader may write. */
function textField({ label, value, maxlength = 200, oninput }) {
  const input = h("input", { type: "text", value, maxlength, spellcheck: "false", autocomplete: "off" });
  input.addEventListener("input", () => oninput(input.value));
  return h("label", { class: "control" }, h("span", { class: "name" }, label), input);
}

/** A token as people read it: a space shows as ␣, a line break as ↵. */
function visible(text) {
  return text.replaceAll(" ", "␣").replaceAll("\n", "↵");
}
