// What the stages of a curation pipeline drop. A page is dropped by the first stage at which its
// score reaches the threshold; a threshold moves a stage's precision and recall.

const SHOWN = 5; // examples at a time
const KINDS = ["dropped, and rightly", "dropped by mistake", "missed", "passed on, and rightly"];

/** For each page the stage that drops it, by its index; -1 for a page that all pass on. */
export function fates(stages, thresholds) {
  return stages[0].scores.map((_, page) => stages.findIndex((stage, i) => stage.scores[page] >= thresholds[i]));
}

/** The pages that reach a stage: no earlier one dropped them. */
export function arriving(fate, at) {
  return fate.flatMap((stage, page) => (stage === -1 || stage >= at ? [page] : []));
}

/** Of the pages that reach a stage: the four kinds, by numbers of pages; see KINDS. */
export function sorted(stage, threshold, pages) {
  const kinds = [[], [], [], []];
  for (const page of pages) {
    const dropped = stage.scores[page] >= threshold;
    kinds[dropped ? (stage.true[page] ? 0 : 1) : stage.true[page] ? 2 : 3].push(page);
  }
  return kinds;
}

/** Precision and recall of a stage; 1 where nothing was dropped, or nothing was to be found. */
export function quality([right, wrong, missed]) {
  return {
    precision: right.length + wrong.length ? right.length / (right.length + wrong.length) : 1,
    recall: right.length + missed.length ? right.length / (right.length + missed.length) : 1,
  };
}

/** Both at every place of the slider. */
export function curve(stage, pages) {
  const steps = Math.round((stage.high - stage.low) / stage.step);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const threshold = stage.low + i * stage.step;
    return { threshold, ...quality(sorted(stage, threshold - 1e-9, pages)) };
  });
}

/** A share as people read it, never 100 % where something is missing. */
export function percent(share) {
  return share === 1 ? "100 %" : `${Math.min(99.9, 100 * share).toFixed(1)} %`;
}

/** A number with the digits that the slider's step needs. */
export function digits(value, step) {
  return value.toFixed(step >= 1 ? 0 : step >= 0.1 ? 1 : 2);
}

/** One sentence on a stage at its threshold. */
export function describe(stage, threshold, kinds) {
  const [right, wrong, missed, passed] = kinds.map((pages) => pages.length);
  const { precision, recall } = quality(kinds);
  return `${stage.name}, from ${digits(threshold, stage.step)}: of ${right + wrong + missed + passed} pages that reach it ` +
    `${right + wrong} are dropped, ${wrong} of them by mistake, and ${missed} are missed. ` +
    `Precision ${percent(precision)}, recall ${percent(recall)}.`;
}

/** A row of the flow: what reached the stage, and how much of it goes on. */
function row(stage, came, dropped, all, chosen) {
  const part = (n) => `${((100 * n) / all).toFixed(2)}%`;
  return h("div", { style: "display: grid; grid-template-columns: clamp(5rem, 26%, 8.5rem) 1fr clamp(5.6rem, 26%, 9rem); gap: 0.5rem; align-items: center; padding: 0.12rem 0;" },
    h("span", { style: `text-align: right; overflow-wrap: anywhere; ${chosen ? "font-weight: 600; text-decoration: underline;" : ""}` }, stage.name),
    h("span", { style: "display: flex; height: 1.1rem;" },
      h("span", { style: `width: ${part(came - dropped)}; box-sizing: border-box; background: var(--chosen); border: 1px solid var(--chosen);` }),
      h("span", { style: `width: ${part(dropped)}; box-sizing: border-box; border: ${dropped ? 1 : 0}px dashed var(--soft);` })),
    h("span", { style: "font-variant-numeric: tabular-nums;" }, `${came - dropped} left, −${dropped}`));
}

/** Precision and recall over the slider, with a line at the threshold. */
function plot(points, stage, threshold) {
  const [width, height, left, top] = [340, 118, 38, 10];
  const x = (value) => left + ((width - left - 70) * (value - stage.low)) / (stage.high - stage.low || 1);
  const y = (share) => top + (height - top - 26) * (1 - share);
  const line = (key, look) => svg("polyline", { points: points.map((p) => `${x(p.threshold).toFixed(1)},${y(p[key]).toFixed(1)}`).join(" "), fill: "none", "stroke-width": 2, style: look });
  const last = points[points.length - 1];
  const apart = Math.abs(y(last.precision) - y(last.recall)) < 12 ? (last.precision >= last.recall ? 6 : -6) : 0;
  const name = (key, shift) => svg("text", { x: width - 66, y: y(last[key]) + 4 + shift, "font-size": 11 }, key);
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, style: "width: 100%; max-width: 30rem;", role: "img", "aria-label": "Precision and recall for every threshold; the data table has the present ones." },
    ...[0, 1].map((share) => svg("g", {},
      svg("line", { x1: left, x2: width - 70, y1: y(share), y2: y(share), style: "stroke: var(--line); stroke-width: 0.5;" }),
      svg("text", { x: left - 4, y: y(share) + 4, "font-size": 10, "text-anchor": "end" }, share ? "100 %" : "0 %"))),
    svg("line", { x1: x(threshold), x2: x(threshold), y1: top - 4, y2: height - 22, style: "stroke: var(--soft); stroke-dasharray: 3 3;" }),
    line("recall", "stroke: var(--key); stroke-dasharray: 6 3;"),
    line("precision", "stroke: var(--chosen);"),
    name("precision", -apart), name("recall", apart),
    svg("text", { x: left, y: height - 6, "font-size": 10 }, digits(stage.low, stage.step)),
    svg("text", { x: (left + width - 70) / 2, y: height - 6, "font-size": 10, "text-anchor": "middle" }, "threshold"),
    svg("text", { x: width - 70, y: height - 6, "font-size": 10, "text-anchor": "end" }, digits(stage.high, stage.step)));
}

/** A page as an example, with its score and what is wrong with it. */
function example(page, score, step) {
  return h("li", { style: "margin: 0.25rem 0; overflow-wrap: anywhere;" },
    h("span", { style: "color: var(--soft); font-variant-numeric: tabular-nums;" }, `${digits(score, Math.min(step, 0.1))} · ${page.note || "clean"} · `),
    page.text);
}

function render({ model, el }) {
  const { pages, stages } = model.get("values");
  const thresholds = stages.map((stage) => stage.threshold);
  let at = 0;
  let kind = 0;
  let points = [];
  const { controls, stage: drawing, say, table } = frame(el, {
    title: "What each stage drops",
    hint: "Choose a stage and move its threshold: pages whose score reaches it are dropped. Watch precision and recall, and read what is dropped by mistake. A filled bar goes on, a dashed one is dropped.",
  });
  const place = h("div", { style: "flex: 1 1 11rem; display: flex;" }); // of the chosen stage's slider

  const update = () => {
    const fate = fates(stages, thresholds);
    const reached = stages.map((_, i) => arriving(fate, i));
    const lost = stages.map((_, i) => fate.filter((one) => one === i).length);
    const kinds = stages.map((stage, i) => sorted(stage, thresholds[i], reached[i]));
    const chosen = stages[at];
    const shown = kinds[at][kind];
    if (!points.length) points = curve(chosen, reached[at]); // only earlier stages change it
    drawing.replaceChildren(
      ...stages.map((stage, i) => row(stage, reached[i].length, lost[i], pages.length, i === at)),
      plot(points, chosen, thresholds[at]),
      h("p", { style: "margin: 0.4rem 0 0;" }, `${chosen.name} seeks ${chosen.seeks}. ${shown.length} of ${reached[at].length} pages: ${KINDS[kind]}${shown.length > SHOWN ? `; the first ${SHOWN}` : ""}.`),
      h("ul", { style: "margin: 0.2rem 0 0; padding-left: 1.1rem; font-size: 0.9em; min-height: 9rem;" }, shown.slice(0, SHOWN).map((page) => example(pages[page], chosen.scores[page], chosen.step))));
    say(describe(chosen, thresholds[at], kinds[at]));
    table(["stage", "threshold", "pages", "dropped", "by mistake", "missed", "precision", "recall"], stages.map((stage, i) => {
      const { precision, recall } = quality(kinds[i]);
      return [stage.name, `${digits(thresholds[i], stage.step)} ${stage.measure}`, reached[i].length, lost[i], kinds[i][1].length, kinds[i][2].length, percent(precision), percent(recall)];
    }));
  };
  const choose = (i) => {
    at = i;
    points = [];
    const { measure, low, high, step } = stages[at];
    const moved = slider({ label: `Drop from (${measure})`, min: low, max: high, step, value: thresholds[at],
      format: (value) => digits(value, step), oninput: (value) => { thresholds[at] = value; update(); } });
    place.replaceChildren(moved);
    update();
  };
  controls.append(
    choice({ label: "Stage", options: stages.map((stage) => stage.name), value: at, oninput: choose }),
    place,
    choice({ label: "Show", options: KINDS, value: kind, oninput: (i) => { kind = i; update(); } }));
  choose(stages.length - 1);
  controls.querySelector("select").value = at;
}

export default { render };
