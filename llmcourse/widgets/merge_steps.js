// A text on its way through the merges of a trained tokenizer; byte_pairs.js, which stands before this module in its file,
// cuts it. The values of the figure: text; bytes and merges, the table.

const START = 512; // tokens in the vocabulary, before the reader moves anything

/** The sizes of a vocabulary that the slider offers: from the 256 bytes to the whole table, eight for each doubling. */
export function sizes({ merges }) {
  const most = 256 + merges.length;
  const offered = [];
  for (let size = 256; size < most; size = Math.round(256 * 2 ** (offered.length / 8))) offered.push(size);
  return [...offered, most];
}

/** The step at which a vocabulary of `size` tokens has come to its end: it holds the merges of lower rank alone. */
export function stepAt(states, size) {
  return states.findLastIndex(({ rank }) => rank === null || 256 + rank < size);
}

/** The smallest vocabulary that gets as far as this step. */
export function sizeAt(states, step) {
  return step === 0 ? 256 : 257 + states[step].rank;
}

/** What the text comes to with a vocabulary of `size` tokens, in a sentence or two. */
export function describe(states, size, values) {
  const step = stepAt(states, size);
  const { rank, ids } = states[step];
  if (!ids.length) return "There is no text yet: write some above.";
  const tokens = `A vocabulary of ${number(size)}: the text is ${count(ids.flat().length, "token")}.`;
  const end = step === states.length - 1 ? " No neighbours are left that the table joins." : "";
  if (rank === null) return `${tokens} Every byte is one.${end}`;
  const spelled = new Map(spellings(values));
  const [first, second, made] = values.merges[rank];
  const places = count(ids.flat().filter((id) => id === made).length, "place");
  return (
    `${tokens} The last merge, rank ${number(rank)}, joined “${spelled.get(first)}” and “${spelled.get(second)}” ` +
    `to “${spelled.get(made)}”, id ${made}, in ${places}.${end}`
  );
}

const number = (value) => value.toLocaleString("en");
const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

const LOOK = `
.merge-curve { width: min(100%, 27rem); margin-bottom: 0.6rem; }
.merge-curve text { font-size: 11px; }
.merge-curve .axis { fill: var(--soft); }
.merge-steps { display: flex; flex-wrap: wrap; gap: 0.5rem 0.55rem; padding: 2px; }
.merge-steps .word { display: flex; flex-wrap: wrap; gap: 2px; max-width: 100%; }
.merge-steps .token { display: inline-flex; flex-direction: column; align-items: center; justify-content: space-between;
  border: 1px solid var(--line); border-radius: 4px; margin: 1px; padding: 0.1rem 0.3rem; line-height: 1.35; color: var(--ink); }
.merge-steps .made { border: 2px solid var(--chosen); margin: 0; background: var(--raised); font-weight: 600; }
.merge-steps .text { white-space: pre; }
.merge-steps .seam { border-left: 1px dashed var(--ink); margin-left: 1px; padding-left: 1px; }
.merge-steps .id { font-size: 0.72em; font-weight: 400; color: var(--soft); font-variant-numeric: tabular-nums; }
`;

function drawing({ rank, ids }, spelled, { merges }) {
  const [first, second, made] = rank === null ? [] : merges[rank];
  const part = (id, kind = "") => h("span", { class: `text ${kind}` }, spelled.get(id));
  const token = (id) =>
    h("span", { class: id === made ? "token made" : "token" },
      id === made ? h("span", {}, part(first), part(second, "seam")) : part(id),
      h("span", { class: "id" }, String(id)));
  return h("div", { class: "merge-steps" }, ids.map((word) => h("span", { class: "word" }, word.map(token))));
}

/** How many tokens the text is with each size of the vocabulary, and where the reader stands. */
function curve(states, size, { merges }) {
  const [left, right, top, bottom] = [30, 308, 20, 92];
  const most = 256 + merges.length;
  const counts = states.map(({ ids }) => ids.flat().length);
  const x = (value) => left + ((right - left) * Math.log2(value / 256)) / Math.max(Math.log2(most / 256), 1e-9);
  const y = (tokens) => bottom - ((bottom - top) * tokens) / Math.max(counts[0], 1);
  const line = counts.map((tokens, i) => `${i ? `H ${x(sizeAt(states, i)).toFixed(1)} V` : `M ${left}`} ${y(tokens).toFixed(1)}`);
  const now = counts[stepAt(states, size)];
  const floor = states[0].ids.length;
  const ticks = [];
  for (let tick = 256; tick < most / 1.3; tick *= 2) ticks.push(tick);
  const late = x(size) > right - 50;
  return svg("svg", { class: "merge-curve", viewBox: "0 0 330 122", "aria-hidden": "true" },
    svg("text", { x: 0, y: 11, class: "axis" }, "tokens of the text"),
    svg("path", { d: `M ${left} ${top} V ${bottom} H ${right}`, fill: "none", stroke: "var(--line)" }),
    [...ticks, most].map((tick) => svg("text", { x: x(tick), y: bottom + 13, "text-anchor": "middle", class: "axis" }, number(tick))),
    svg("text", { x: right, y: bottom + 27, "text-anchor": "end", class: "axis" }, "tokens in the vocabulary"),
    [counts[0], 0].map((tick) => svg("text", { x: left - 5, y: y(tick) + 4, "text-anchor": "end", class: "axis" }, number(tick))),
    svg("line", { x1: left, x2: right, y1: y(floor), y2: y(floor), stroke: "var(--floor)", "stroke-dasharray": "4 3" }),
    svg("text", { x: left + 4, y: y(floor) + (y(floor) > bottom - 14 ? -4 : 12) }, `one a word: ${number(floor)}`),
    svg("path", { d: `${line.join(" ")} H ${right}`, fill: "none", stroke: "var(--validation)", "stroke-width": 2 }),
    svg("circle", { cx: x(size), cy: y(now), r: 5, fill: "var(--validation)" }),
    svg("text", { x: x(size) + (late ? 5 : 8), y: y(now) - 8, "text-anchor": late ? "end" : "start" }, count(now, "token")));
}

/** Move a slider from here, to what another one came to. */
function put(control, value, text) {
  const input = control.querySelector("input");
  input.value = value;
  input.setAttribute("aria-valuetext", text);
  control.querySelector("output").textContent = text;
}

function render({ model, el }) {
  const values = model.get("values");
  const spelled = new Map(spellings(values));
  const offered = sizes(values);
  const { controls, stage, say, table } = frame(el, {
    title: "The same text with a smaller and a larger vocabulary",
    hint:
      "Move the first slider, or use the arrow keys on it: the vocabulary grows, and the text falls into fewer tokens. The second " +
      "goes from merge to merge. A thick border shows what the last merge made, and the dashed line where its two parts met; " +
      "the small numbers are ids. Then write a text of your own.",
  });
  let states, merging;
  let size = Math.min(START, offered.at(-1));

  const sized = (value) => count(value, "token");
  const done = (step) => `${step} of ${states.length - 1}`;
  const position = () => offered.findLastIndex((value) => value <= size);

  function show() {
    const step = stepAt(states, size);
    put(vocabulary, position(), sized(size));
    put(merging, step, done(step));
    stage.replaceChildren(h("style", {}, LOOK), curve(states, size, values), drawing(states[step], spelled, values));
    say(describe(states, size, values));
  }

  function read(text) {
    states = trace(text, values);
    const slide = slider({
      label: "Merges in this text", min: 0, max: states.length - 1, step: 1, value: stepAt(states, size), format: done,
      oninput: (step) => { size = sizeAt(states, step); show(); },
    });
    if (merging) merging.replaceWith(slide);
    else controls.append(slide);
    merging = slide;
    table(
      ["vocabulary from", "tokens of the text", "rank", "pair", "new token", "id"],
      states.map(({ rank, ids }, step) => {
        const tokens = ids.flat().length;
        if (rank === null) return [sizeAt(states, step), tokens, "", "", "", ""];
        const [first, second, made] = values.merges[rank];
        return [sizeAt(states, step), tokens, rank, `${spelled.get(first)} + ${spelled.get(second)}`, spelled.get(made), made];
      }),
    );
    show();
  }

  const vocabulary = slider({
    label: "Vocabulary", min: 0, max: offered.length - 1, step: 1, value: position(), format: (i) => sized(offered[i]),
    oninput: (i) => { size = offered[i]; show(); },
  });
  controls.append(textField({ label: "Your text", value: values.text, maxlength: 120, oninput: read }), vocabulary);
  read(values.text);
}

export default { render };
