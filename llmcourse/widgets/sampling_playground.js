// The sampling playground: what temperature, top-k, top-p and min-p leave of the next token's chances.
// The filters are those of llmcourse.decoding, in the order that its Sampler states.

const BARS = 12; // named bars; the data table names more
const NO_LIMIT = 41; // the last place of the top-k slider

/** Chances in proportion to exp(logit); a logit of -Infinity gets none. */
export function softmax(logits) {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** The k largest, and those that tie with the last of them; the others become -Infinity. */
export function keepTopK(logits, k) {
  const last = [...logits].sort((a, b) => b - a)[Math.min(k, logits.length) - 1];
  return logits.map((logit) => (logit < last ? -Infinity : logit));
}

/** The smallest set of chances that add up to p; the token that passes p stays in. */
export function keepTopP(logits, p) {
  if (p >= 1) return logits; // rounding in the sum would drop the least likely
  const all = softmax(logits);
  const order = all.map((_, i) => i).sort((a, b) => logits[b] - logits[a] || a - b); // of equal ones the earlier
  const kept = [...logits];
  let total = 0;
  for (const i of order) {
    total += all[i];
    if (total - all[i] >= p) kept[i] = -Infinity;
  }
  return kept;
}

/** Those at least p times as probable as the most probable one. */
export function keepMinP(logits, p) {
  const least = logits.reduce((a, b) => Math.max(a, b)) + Math.log(p);
  return logits.map((logit) => (logit < least ? -Infinity : logit));
}

/**
 * What the sampler draws from: `before`, the chances after the temperature, `after`, those once the
 * filters have cut, and `left`, which tokens may still be drawn. Temperature 0 takes the largest
 * logit; the filters then play no part, and `before` is the model's own distribution.
 */
export function draw(logits, { temperature, topK, topP, minP }) {
  if (temperature === 0) {
    const best = logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
    const left = logits.map((_, i) => i === best);
    return { before: softmax(logits), after: left.map(Number), left };
  }
  let kept = logits.map((logit) => logit / temperature);
  const before = softmax(kept);
  if (topK) kept = keepTopK(kept, topK);
  if (topP < 1) kept = keepTopP(kept, topP);
  if (minP) kept = keepMinP(kept, minP);
  return { before, after: softmax(kept), left: kept.map((logit) => logit > -Infinity) };
}

/** One row a named token and one for all others: how many of them are left, and their chances. */
export function rows(names, { before, after, left }, bars) {
  const shown = names.slice(0, bars).map((name, i) => ({
    name, count: 1, kept: Number(left[i]), before: before[i], after: after[i],
  }));
  const n = shown.length;
  const sum = (values) => values.slice(n).reduce((a, b) => a + b, 0);
  const others = { name: null, count: left.length - n, kept: sum(left.map(Number)), before: sum(before), after: sum(after) };
  return others.count ? [...shown, others] : shown;
}

/** A chance in words: "12.3 %", and for what is too small to print "under 0.1 %". */
export function percent(chance) {
  if (chance === 0) return "0 %";
  return chance < 0.001 ? "under 0.1 %" : `${(100 * chance).toFixed(1)} %`;
}

/** One sentence on what the settings do to these chances. */
export function summary({ before, left }, temperature) {
  const count = left.filter(Boolean).length;
  const tokens = `${count.toLocaleString("en")} of ${left.length.toLocaleString("en")} tokens ${count === 1 ? "is" : "are"} left`;
  if (temperature === 0) return `Temperature 0 takes the likeliest token, and the other sliders play no part: ${tokens}.`;
  if (count === left.length) return `${tokens}: nothing is cut.`;
  const cut = before.reduce((total, chance, i) => total + (left[i] ? 0 : chance), 0);
  return `${tokens}. The cut ones had ${percent(cut)} of the chances together.`;
}

/** The token of a row, with its spaces visible. */
function named(row) {
  return row.name === null ? `all other ${row.count.toLocaleString("en")}` : visible(row.name);
}

/** What stands behind a bar. */
function labelled(row) {
  if (row.kept === 0) return `cut (${percent(row.before)})`;
  if (row.kept < row.count) return `${percent(row.after)}, ${(row.count - row.kept).toLocaleString("en")} cut`;
  return percent(row.after);
}

/** A bar: filled for the chance of being drawn, hollow for the chance that was cut. */
function bar(row, longest) {
  const kept = row.kept > 0;
  const width = (100 * (kept ? row.after : row.before)) / longest;
  const look = kept
    ? "background: var(--chosen); border: 1px solid var(--chosen);"
    : "background: transparent; border: 1px dashed var(--soft);";
  return h("div", { style: "display: grid; grid-template-columns: clamp(4.5rem, 24%, 8rem) 1fr clamp(5.2rem, 28%, 8.5rem); gap: 0.5rem; align-items: center; padding: 0.12rem 0;" },
    h("span", { style: `text-align: right; overflow-wrap: anywhere; ${row.name === null ? "" : "font-family: monospace;"}` }, named(row)),
    h("span", { style: `display: block; height: 1.05rem; min-width: 2px; box-sizing: border-box; border-radius: 2px; width: ${width.toFixed(2)}%; ${look}` }),
    h("span", { style: `font-variant-numeric: tabular-nums; color: ${kept ? "var(--ink)" : "var(--soft)"};` }, labelled(row)));
}

function render({ model, el }) {
  const { prompts } = model.get("values");
  const settings = { temperature: 1, topK: 0, topP: 1, minP: 0.05 };
  let prompt = prompts[0];
  const { controls, stage, say, table } = frame(el, {
    title: "What may be drawn next",
    hint: "Move the sliders. A filled bar is the chance that the token is drawn; a hollow one was cut, and shows the chance that it had. ␣ is a space; the tokens without a bar share the last one.",
  });

  const update = () => {
    const result = draw(prompt.logits, settings);
    const all = rows(prompt.tokens, result, BARS);
    const longest = Math.max(...all.map((row) => (row.kept ? row.after : row.before)));
    stage.replaceChildren(...all.map((row) => bar(row, longest)));
    say(summary(result, settings.temperature));
    const own = softmax(prompt.logits);
    const [rest] = rows(prompt.tokens, { ...result, before: own }, prompt.tokens.length).slice(prompt.tokens.length);
    table(["token", "logit", "model's own", "to be drawn"], [
      ...prompt.tokens.map((name, i) => [visible(name), prompt.logits[i].toFixed(2), percent(own[i]), result.left[i] ? percent(result.after[i]) : "cut"]),
      ...(rest ? [[named(rest), "", percent(rest.before), rest.kept ? percent(rest.after) : "cut"]] : []),
    ]);
  };
  const set = (name, read = (value) => value) => (value) => { settings[name] = read(value); update(); };

  if (prompts.length > 1) {
    const chosen = choice({ label: "Prompt", options: prompts.map((one) => `${one.text} …`), oninput: (i) => { prompt = prompts[i]; update(); } });
    chosen.style.flexBasis = "100%"; // a row of its own, so that the sliders stand together
    controls.append(chosen);
  }
  controls.append(
    slider({ label: "Temperature", min: 0, max: 2, step: 0.05, value: settings.temperature,
      format: (t) => (t === 0 ? "0 (greedy)" : t.toFixed(2)), oninput: set("temperature") }),
    slider({ label: "Top-k", min: 1, max: NO_LIMIT, step: 1, value: NO_LIMIT,
      format: (k) => (k === NO_LIMIT ? "all tokens" : k === 1 ? "1 token" : `${k} tokens`), oninput: set("topK", (k) => (k === NO_LIMIT ? 0 : k)) }),
    slider({ label: "Top-p", min: 0.05, max: 1, step: 0.01, value: settings.topP,
      format: (p) => (p === 1 ? "1 (all tokens)" : p.toFixed(2)), oninput: set("topP") }),
    slider({ label: "Min-p", min: 0, max: 0.5, step: 0.01, value: settings.minP,
      format: (p) => (p === 0 ? "0 (all tokens)" : p.toFixed(2)), oninput: set("minP") }));
  update();
}

export default { render };
