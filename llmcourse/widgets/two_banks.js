// The two banks: a point for each vector at the word, at one stage of the residual stream after another.

const WIDEST = 1.8; // scores beyond are drawn at the edge

/** The banks at a stage, as a way of holding out has scored them: where each stands, and whether it is on its side. */
export function pointsOf(values, stage, way) {
  const scores = values.ways[way].scores[stage];
  return values.banks.map(({ text, river }, i) => ({
    text, river, score: scores[i], height: values.heights[stage][i], right: scores[i] > 0 === river,
  }));
}

/** Where a score stands from left (0) to right (1). */
export function across(score) {
  return (Math.max(-WIDEST, Math.min(WIDEST, score)) / WIDEST + 1) / 2;
}

/** A share in whole percent. */
export function percent(share) {
  return `${Math.round(100 * share)} %`;
}

/** What the picture shows, in words. */
export function summary(values, stage, way) {
  const points = pointsOf(values, stage, way);
  const wrong = (river) => points.filter((one) => one.river === river && !one.right).length;
  const all = (river) => points.filter((one) => one.river === river).length;
  const { name, right } = values.ways[way];
  const start = `Stage ${values.stages[stage]}: probes that have not seen ${name} get ${percent(right[stage])} right; guessing gets 50 %. `;
  return `${start}On the wrong side: ${wrong(true)} of ${all(true)} river banks, ${wrong(false)} of ${all(false)} money banks drawn here.`;
}

/** A row a bank: its sentence, its meaning, its score, and what the probe says. */
export function tableRows(values, stage, way) {
  return pointsOf(values, stage, way).map(({ text, river, score, right }) => [
    text, river ? "river" : "money", score.toFixed(2), right ? "right" : "wrong",
  ]);
}

const LOOK = `
.two-banks .river { fill: var(--query); fill-opacity: 0.65; stroke: var(--paper); stroke-width: 0.6; }
.two-banks .money { fill: var(--key); fill-opacity: 0.75; stroke: var(--paper); stroke-width: 0.6; }
.two-banks .border { stroke: var(--ink); stroke-dasharray: 4 3; }
.two-banks .frame { fill: none; stroke: var(--line); }
.two-banks text { font-size: 13px; }
`;

function drawing(values, stage, way) {
  const W = 380, H = 240, top = 22, bottom = 22, edge = 10;
  const x = (score) => edge + across(score) * (W - 2 * edge);
  const y = (height) => top + 8 + ((1 - height) / 2) * (H - top - bottom - 16);
  const marks = pointsOf(values, stage, way).map(({ text, river, score, height }) => {
    const [cx, cy] = [x(score), y(height)];
    const label = svg("title", {}, text);
    return river
      ? svg("circle", { class: "river", cx, cy, r: 4.5 }, label)
      : svg("rect", { class: "money", x: cx - 4, y: cy - 4, width: 8, height: 8 }, label);
  });
  return svg("svg", { class: "two-banks", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": summary(values, stage, way), style: "width: 100%; max-width: min(100%, 34rem)" },
    svg("rect", { class: "frame", x: 1, y: top, width: W - 2, height: H - top - bottom }),
    svg("line", { class: "border", x1: x(0), x2: x(0), y1: top, y2: H - bottom }),
    svg("text", { x: 4, y: 14 }, "← the probe says money"),
    svg("text", { x: W - 4, y: 14, "text-anchor": "end" }, "the probe says river →"),
    ...marks,
    svg("rect", { class: "money", x: 5, y: H - 13, width: 8, height: 8 }),
    svg("text", { x: 18, y: H - 5 }, "is a money bank"),
    svg("circle", { class: "river", cx: W - 104, cy: H - 9, r: 4.5 }),
    svg("text", { x: W - 95, y: H - 5 }, "is a river bank"));
}

function render({ model, el }) {
  const values = model.get("values");
  const state = { stage: values.stage, way: 0 };
  const { controls, stage, say, table } = frame(el, {
    title: "Where do the two banks come apart?",
    hint: "Move the slider through the network. Each point is the vector at one “bank”; the dashed line is the probe's border. Then choose what the probe has not seen.",
  });

  function show() {
    stage.replaceChildren(h("style", {}, LOOK), drawing(values, state.stage, state.way));
    say(summary(values, state.stage, state.way));
    table(["sentence up to “bank”", "meaning", "score", "the probe is"], tableRows(values, state.stage, state.way));
  }

  const last = values.stages.length - 1;
  controls.append(
    slider({
      label: "Stage", min: 0, max: last, step: 1, value: state.stage, format: (i) => `${values.stages[i]} (${i} of ${last})`,
      oninput: (i) => { state.stage = i; show(); },
    }),
    choice({
      label: "The probe has not seen", options: values.ways.map(({ name }) => name), value: 0,
      oninput: (i) => { state.way = i; show(); },
    }));
  show();
}

export default { render };
