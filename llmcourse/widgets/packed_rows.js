// Documents as bars in the rows of a batch, and the mask of one row. The values of the figure: lengths, context.

const MOST = 24; // documents

/** The lengths that a text holds, whatever stands between the numbers. */
export function lengthsOf(text) {
  return (text.match(/\d+/g) ?? []).map(Number).filter((length) => length > 0).slice(0, MOST);
}

/** Which documents go into which row: a list of their numbers for each row, as `row_plan` in llmcourse.inputs.batches. */
export function plan(lengths, context, way) {
  if (way === "pad") return lengths.map((_, i) => [i]);
  const rows = [], rooms = [];
  const order = lengths.map((_, i) => i);
  if (way === "best") order.sort((a, b) => lengths[b] - lengths[a] || a - b);
  for (const i of order) {
    let row = way === "next" && rows.length && rooms.at(-1) >= lengths[i] ? rows.length - 1 : -1;
    if (way === "best") {
      rooms.forEach((room, k) => { if (room >= lengths[i] && (row < 0 || room < rooms[row])) row = k; });
    }
    if (row < 0) {
      row = rows.length;
      rows.push([]);
      rooms.push(context);
    }
    rows[row].push(i);
    rooms[row] -= lengths[i];
  }
  return rows;
}

/** The batch that a plan comes to: its rows and their width, its places, and those that hold nothing. */
export function batchOf(lengths, context, way) {
  const rows = plan(lengths, context, way);
  const width = way === "pad" ? Math.max(0, ...lengths) : context;
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  return { rows, width, tokens, places: rows.length * width, empty: rows.length * width - tokens };
}

/** How many pairs of tokens causal attention compares in a row, within the documents and without their borders. */
export function pairs(row, lengths) {
  const triangle = (n) => (n * (n + 1)) / 2;
  const within = row.reduce((sum, i) => sum + triangle(lengths[i]), 0);
  return { within, without: triangle(row.reduce((sum, i) => sum + lengths[i], 0)) };
}

/** What the picture shows, in a few sentences. */
export function describe(lengths, context, way, chosen) {
  if (!lengths.length) return "There is no document yet: write some lengths above.";
  const long = lengths.findIndex((length) => length > context);
  if (long >= 0) return `Document ${long + 1} has ${lengths[long]} tokens, more than a row of ${context}: it must be cut, or the row be longer.`;
  const { rows, width, tokens, places, empty } = batchOf(lengths, context, way);
  const row = rows[chosen];
  const { within, without } = pairs(row, lengths);
  const names = row.map((i) => i + 1).join(", ");
  return (
    `${number(tokens)} tokens in ${count(rows.length, "row")} of ${width}: ${number(places)} places, of which ${percent(empty, places)} hold nothing. ` +
    `Row ${chosen + 1} holds ${row.length === 1 ? "document" : "documents"} ${names}` +
    (row.length === 1 ? "." : `; without borders, ${percent(without - within, without)} of what its tokens see would be other documents.`)
  );
}

const number = (value) => value.toLocaleString("en");
const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
const percent = (part, whole) => `${Math.round((100 * part) / whole)} %`;

const LOOK = `
.packed-rows { display: flex; flex-wrap: wrap; gap: 0.8rem 1.6rem; align-items: flex-start; }
.packed-rows svg { flex: 1 1 17rem; }
.packed-rows svg.mask { flex: 0 1 15rem; }
.packed-rows .document { fill: color-mix(in srgb, var(--chosen) 35%, var(--paper)); stroke: var(--chosen); }
.packed-rows .seen { fill: var(--chosen); }
.packed-rows .empty { fill: var(--raised); stroke: var(--line); stroke-dasharray: 3 2; }
.packed-rows .whole { fill: none; stroke: var(--key); stroke-width: 1.5; stroke-dasharray: 4 3; }
.packed-rows .frame { fill: none; stroke: var(--line); }
.packed-rows .looked-at { fill: none; stroke: var(--ink); stroke-width: 2; }
.packed-rows svg text { font-size: 11px; }
.packed-rows svg text.on { font-weight: 600; text-anchor: middle; }
`;

function rowsDrawing({ rows, width }, lengths, chosen) {
  const W = 340, left = 22, high = 17;
  const x = (tokens) => left + (tokens / width) * (W - left - 2);
  const marks = [];
  rows.forEach((row, r) => {
    const y = r * (high + 3) + 2;
    let start = 0;
    marks.push(svg("text", { x: 0, y: y + 12 }, String(r + 1)));
    for (const i of row) {
      const wide = x(start + lengths[i]) - x(start);
      marks.push(svg("rect", { class: "document", x: x(start) + 0.5, y: y + 0.5, width: Math.max(1, wide - 1.5), height: high - 1 }, svg("title", {}, `document ${i + 1}: ${lengths[i]} tokens`)));
      if (wide > 15) marks.push(svg("text", { class: "on", x: x(start) + wide / 2, y: y + 12.5 }, String(i + 1)));
      start += lengths[i];
    }
    if (start < width) marks.push(svg("rect", { class: "empty", x: x(start), y: y + 0.5, width: x(width) - x(start), height: high - 1 }));
    if (r === chosen) marks.push(svg("rect", { class: "looked-at", x: left - 1, y: y - 1, width: W - left, height: high + 2 }));
  });
  return svg("svg", { viewBox: `0 0 ${W} ${rows.length * (high + 3) + 4}`, role: "img", "aria-label": "the rows of the batch" }, marks);
}

function maskDrawing(row, width, lengths) {
  const side = 200, left = 16, top = 18;
  const at = (tokens) => (tokens / width) * side;
  const triangle = (from, to, kind) =>
    svg("path", { class: kind, d: `M ${left + at(from)} ${top + at(from)} V ${top + at(to)} H ${left + at(to)} Z` });
  const marks = [svg("rect", { class: "frame", x: left, y: top, width: side, height: side })];
  let start = 0;
  for (const i of row) {
    marks.push(triangle(start, start + lengths[i], "seen"));
    start += lengths[i];
  }
  if (row.length > 1) marks.push(triangle(0, start, "whole"));
  marks.push(svg("text", { x: left, y: 12 }, "tokens that are seen →"));
  marks.push(svg("text", { x: -top, y: 11, transform: "rotate(-90)", "text-anchor": "end" }, "← tokens that look"));
  return svg("svg", { class: "mask", viewBox: `0 0 ${side + left + 2} ${side + top + 2}`, role: "img", "aria-label": "the mask of the chosen row" }, marks);
}

const WAYS = ["pad", "next", "best"];

function render({ model, el }) {
  const values = model.get("values");
  const { controls, stage, say, table } = frame(el, {
    title: "Rows that fill, and the mask of one",
    hint:
      "Each bar is a document, a dashed box is empty. Choose how rows are filled, or change the lengths. The square is the mask of the framed row: " +
      "the filled triangles are what may be seen, the dashed one what would be seen without borders.",
  });
  const state = { lengths: values.lengths, way: "best", context: values.context, row: 0 };
  let looking;

  function show() {
    const { lengths, way, context } = state;
    const fits = lengths.length > 0 && lengths.every((length) => length <= context);
    say(describe(lengths, context, way, state.row));
    if (!fits) {
      stage.replaceChildren(h("p", {}, describe(lengths, context, way, state.row)));
      table(["document", "tokens"], lengths.map((tokens, i) => [i + 1, tokens]));
      return;
    }
    const batch = batchOf(lengths, context, way);
    stage.replaceChildren(
      h("style", {}, LOOK),
      h("div", { class: "packed-rows" }, rowsDrawing(batch, lengths, state.row), maskDrawing(batch.rows[state.row], batch.width, lengths)));
    table(["row", "documents", "tokens", "empty"], batch.rows.map((row, r) => {
      const tokens = row.reduce((sum, i) => sum + lengths[i], 0);
      return [r + 1, row.map((i) => `${i + 1} (${lengths[i]})`).join(", "), tokens, batch.width - tokens];
    }));
  }

  function change(what) {
    Object.assign(state, what);
    const sizes = plan(state.lengths, state.context, state.way).map((row) => row.length);
    const last = Math.max(1, sizes.length);
    state.row = Math.max(0, sizes.indexOf(Math.max(...sizes))); // the most triangles
    const slide = slider({
      label: "Row to look at", min: 1, max: last, step: 1, value: state.row + 1, format: (value) => `${value} of ${last}`,
      oninput: (value) => { state.row = value - 1; show(); },
    });
    if (looking) looking.replaceWith(slide);
    else controls.append(slide);
    looking = slide;
    show();
  }

  controls.append(
    choice({
      label: "Rows are filled", options: ["a document a row, padded", "in order, packed", "best fit, packed"], value: WAYS.indexOf(state.way),
      oninput: (index) => change({ way: WAYS[index] }),
    }),
    slider({
      label: "Packed row", min: 32, max: Math.max(512, values.context), step: 16, value: values.context, format: (value) => `${value} tokens`,
      oninput: (context) => change({ context }),
    }),
    textField({ label: "Lengths, in tokens", value: values.lengths.join(" "), maxlength: 140, oninput: (text) => change({ lengths: lengthsOf(text) }) }));
  change({});
}

export default { render };
