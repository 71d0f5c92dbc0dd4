// One token through a GPT, step by step: its vector's size, the parameters there, and the operations. The values: models, model, context.

/**
 * The steps of one token that sees `seen` tokens, itself included, in the order in which they happen.
 * `size`: how many numbers come out; `parameters` and `flops` of one such step; `times`: how often it is done.
 * `part` is the name under which llmcourse.network.counts counts it.
 */
export function steps(model, seen) {
  const { vocab_size: V, n_embd: C, n_layer: N, n_head: H, n_kv_head: K, width: M, block_size: P } = model;
  const D = C / H;
  const reached = model.window ? Math.min(seen, model.window) : seen;
  const vector = model.bias === "all" ? 1 : 0;
  const norm = C * (vector && model.norm === "layernorm" ? 2 : 1);
  const product = (from, to) => ({ parameters: from * to + vector * to, flops: 2 * from * to });
  const none = { parameters: 0, flops: 0 };
  const gated = model.mlp === "swiglu";
  const normName = model.norm === "layernorm" ? "LayerNorm" : "RMSNorm";
  const all = [
    { name: "embedding", part: "embedding", size: C, times: 1, parameters: V * C, flops: 0, what: `its row of a table of ${number(V)} × ${number(C)} is read` },
  ];
  if (model.position === "learned") {
    all.push({ name: "position", part: "positions", size: C, times: 1, parameters: P * C, flops: 0, what: `the trained vector of its position, one of ${number(P)}, is added` });
  } else if (model.position === "sinusoidal") {
    all.push({ name: "position", part: "positions", size: C, times: 1, ...none, what: "the waves of its position are added" });
  }
  const turned = { rope: ", queries and keys turned by its position", alibi: "; distance will lower the scores" }[model.position] ?? "";
  const read = (name) => ({ name, part: "norms", size: C, times: N, parameters: norm, flops: 0, what: `a copy of its vector is brought to one scale (${normName})` });
  all.push(
    read("norm"),
    { name: "q, k, v", part: "attention", size: (H + 2 * K) * D, times: N, ...product(C, (H + 2 * K) * D),
      what: `${count(H, "query", "queries")} and ${count(K, "key")} and ${count(K, "value")} of width ${number(D)}${turned}` },
    { name: "weights", part: "scores", size: H * reached, times: N, parameters: 0, flops: 2 * C * reached,
      what: `each of ${count(H, "head")} scores the ${number(reached)} tokens that it sees, and a softmax makes weights of the scores` },
    { name: "gather", part: "scores", size: C, times: N, parameters: 0, flops: 2 * C * reached, what: "the values in these proportions, heads side by side" },
    { name: "out, add", part: "attention", size: C, times: N, ...product(C, C), what: "one matrix mixes the heads, and the result is added to its vector" },
    read("norm "),
    { name: gated ? "gate, up" : "up", part: "mlp", size: gated ? 2 * M : M, times: N, ...product(C, gated ? 2 * M : M),
      what: gated ? `${number(M)} gates and ${number(M)} values` : `${number(M)} hidden numbers` },
    { name: gated ? "open" : "bend", part: "mlp", size: M, times: N, ...none, what: gated ? "each value times its gate, bent by silu" : "each hidden number, bent by the GELU" },
    { name: "down, add", part: "mlp", size: C, times: N, ...product(M, C), what: "back to the stream's width, and added to its vector" },
    { ...read("last norm"), times: 1 },
    { name: "head", part: "head", size: V, times: 1, parameters: model.head === "tied" ? 0 : V * C, flops: 2 * V * C,
      what: `a score for each of ${number(V)} tokens${model.head === "tied" ? ", by the embedding's own table" : ""}` },
  );
  return all;
}

/** What all steps come to. */
export function totals(model, seen) {
  const sum = (of) => steps(model, seen).reduce((total, step) => total + step.times * step[of], 0);
  return { parameters: sum("parameters"), flops: sum("flops") };
}

/** A count as people say it: 4,096; 38.6 million; 8.03 billion. */
export function said(value) {
  for (const [unit, name] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
    if (value >= unit) return `${Number((value / unit).toPrecision(3))} ${name}`;
  }
  return number(value);
}

/** One step in a few sentences. */
export function describe(model, seen, at) {
  const all = steps(model, seen);
  const step = all[at];
  const total = totals(model, seen);
  const held = step.times * step.parameters;
  const done = step.times * step.flops;
  return [
    `Step ${at + 1} of ${all.length}, ${step.name.trim()}${step.times > 1 ? `, in each of ${step.times} blocks` : ""}: ${step.what}. ${said(step.size)} numbers come out.`,
    held
      ? `${said(step.parameters)} parameters${step.times > 1 ? ` a block, ${said(held)} in all` : ""}: ${share(held, total.parameters)} of the model's ${said(total.parameters)}.`
      : `No parameters of its own; the model has ${said(total.parameters)}.`,
    done ? `${said(done)} operations for this token, ${share(done, total.flops)} of ${said(total.flops)}.` : "No matrix product.",
  ].join(" ");
}

const number = (value) => value.toLocaleString("en");
const count = (value, noun, many = `${noun}s`) => `${number(value)} ${value === 1 ? noun : many}`;

function share(part, whole) {
  const percent = (100 * part) / whole;
  return percent < 0.1 ? "under 0.1 %" : `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

const LOOK = `
.token-walk { display: grid; grid-template-columns: 6.7em minmax(5em, 1fr) fit-content(10em); gap: 0 0.6em; max-width: 40rem; }
@media (max-width: 30rem) { .token-walk { font-size: 0.85em; grid-template-columns: 6.5em minmax(5em, 1fr) fit-content(6.5em); gap: 0 0.4em; } }
.token-walk > div { display: contents; }
.token-walk > div > span { padding: 0.1rem 0.2rem; border-block: 2px solid transparent; }
.token-walk .size { position: relative; white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
.token-walk .size b { position: relative; font-weight: inherit; }
.token-walk .size i { position: absolute; left: 0; top: 0.3em; height: 1.3em; border-radius: 2px; background: color-mix(in srgb, var(--chosen) 35%, var(--paper)); border: 1px solid var(--chosen); box-sizing: border-box; min-width: 3px; }
.token-walk .held { text-align: right; font-variant-numeric: tabular-nums; }
.token-walk .block > span { background: var(--raised); }
.token-walk .here > span { border-color: var(--ink); font-weight: 600; }
.token-walk .here i { border-width: 2px; }
.token-walk .head > span { color: var(--soft); font-size: 0.88em; }
`;

/** A row a step; the bars are as long as the vectors, the longest as its column. */
function drawing(all, at) {
  const longest = Math.max(...all.map((step) => step.size));
  return h("div", { class: "token-walk" },
    h("div", { class: "head" }, h("span", {}, "step"), h("span", {}, "numbers that come out"), h("span", { class: "held" }, "parameters")),
    all.map((step, i) => {
      const inBlock = i > 0 && step.name !== "position" && i < all.length - 2;
      const row = `${inBlock ? "block" : ""} ${i === at ? "here" : ""}`;
      return h("div", { class: row },
        h("span", {}, step.name),
        h("span", { class: "size" }, h("i", { style: `width: ${((100 * step.size) / longest).toFixed(2)}%` }), h("b", {}, said(step.size))),
        h("span", { class: "held" }, step.parameters ? `${step.times > 1 ? `${step.times} × ` : ""}${said(step.parameters)}` : "–"));
    }));
}

function render({ model, el }) {
  const values = model.get("values");
  const state = { model: values.models[values.model], at: 0, context: values.context };
  const { controls, stage, say, table } = frame(el, {
    title: "One token through the network",
    hint: "Move the step. A bar shows how many numbers the token is after it; the shaded rows are a block, done once for each layer. Then choose a larger model, or let the token see more.",
  });
  let stepping, seeing;

  function show() {
    const all = steps(state.model, state.context);
    stage.replaceChildren(h("style", {}, LOOK), drawing(all, state.at));
    say(describe(state.model, state.context, state.at));
    table(["step", "numbers", "times", "parameters each", "parameters", "operations"], all.map((step) => [
      step.name.trim(), number(step.size), step.times, number(step.parameters), number(step.times * step.parameters), number(step.times * step.flops),
    ]));
  }

  function choose(index) {
    state.model = values.models[index];
    const most = state.model.block_size;
    state.context = Math.min(state.context, most);
    const last = steps(state.model, 1).length;
    state.at = Math.min(state.at, last - 1);
    const next = [
      slider({
        label: "Step", min: 1, max: last, step: 1, value: state.at + 1, format: (value) => `${value} of ${last}`,
        oninput: (value) => { state.at = value - 1; show(); },
      }),
      slider({
        label: "Tokens that it sees", min: 1, max: most, step: 1, value: state.context, format: (value) => `${number(value)} of ${number(most)}`,
        oninput: (value) => { state.context = value; show(); },
      }),
    ];
    if (stepping) {
      stepping.replaceWith(next[0]);
      seeing.replaceWith(next[1]);
    } else controls.append(...next);
    [stepping, seeing] = next;
    show();
  }

  if (values.models.length > 1) {
    controls.append(choice({ label: "Model", options: values.models.map((one) => one.name), value: values.model, oninput: choose }));
  }
  choose(values.model);
}

export default { render };
