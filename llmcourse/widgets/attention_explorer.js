// The attention explorer: one row a token, its bar as long as the weight that the asking token gives it.

/** What each token of a text is to the one that asks: its weight, or null where it comes later. */
export function rowsOf(text, layer, head, query) {
  const weights = text.maps[layer][head][query];
  return text.tokens.map((token, position) => ({
    token: visible(token),
    asks: position === query,
    weight: position > query ? null : weights[position],
  }));
}

/** A share in whole percent; what is there and rounds to nothing is said so. */
export function percent(share) {
  return share > 0 && share < 0.005 ? "< 1 %" : `${Math.round(share * 100)} %`;
}

/**
 * In words: from which tokens most of the mixture comes (up to three, each at least a tenth of it).
 * They stand in quotes, because a full stop may be one of them.
 */
export function summary(rows) {
  const query = rows.find((row) => row.asks);
  const seen = rows.filter((row) => row.weight !== null);
  const large = seen.filter((row) => row.weight >= 0.1).sort((a, b) => b.weight - a.weight).slice(0, 3);
  const parts = large.map((row) => `${percent(row.weight)} from ${row === query ? "itself" : `“${row.token}”`}`);
  const what = parts.length ? parts.join(", ") : "a little from every token that it sees";
  const later = rows.length - seen.length;
  const hidden = later === 0 ? "" : ` ${later} later ${later === 1 ? "token is" : "tokens are"} hidden from it.`;
  return `“${query.token}” gathers ${what}.${hidden}`;
}

/** The whole map of a head as rows of text: one a token that asks, one column a token that is asked. */
export function tableRows(text, layer, head) {
  return text.maps[layer][head].map((weights, query) => [
    visible(text.tokens[query]),
    ...text.tokens.map((_, key) => (key > query ? "later" : weights[key].toFixed(3))),
  ]);
}

function bars(rows) {
  const widest = "max-width: 9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: right";
  const cells = rows.map(({ token, asks, weight }) => {
    const later = weight === null;
    const colour = later ? "var(--soft)" : "var(--ink)";
    const bar = later
      ? h("span", { style: "color: var(--soft); font-size: 0.85em" }, "comes later, hidden")
      : h("span", { style: `display: block; height: 1rem; border-radius: 2px; background: var(--key); width: ${Math.max(weight * 100, 0.5)}%` });
    return [
      h("span", { style: "width: 1rem; color: var(--query)" }, asks ? "▸" : ""),
      h("span", { style: `${widest}; color: ${colour}; font-weight: ${asks ? 600 : 400}` }, token),
      h("span", { style: "border-left: 1px solid var(--line)" }, bar),
      h("span", { style: "text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap" }, later ? "–" : percent(weight)),
    ];
  });
  const columns = "display: grid; grid-template-columns: 1rem max-content minmax(4rem, 1fr) 3.4rem; gap: 0.3rem 0.4rem; align-items: center";
  return h("div", { role: "img", "aria-label": summary(rows), style: columns }, cells.flat());
}

function render({ model, el }) {
  const { texts, text: first, layer, head, query } = model.get("values");
  const state = { text: first, layer, head, query };
  const { controls, stage, say, table } = frame(el, {
    title: "From which tokens does a token gather?",
    hint: "Move the slider through the tokens (▸ marks the one that gathers), then try another head. Bars are attention weights; they add up to 100 %.",
  });

  function draw() {
    const text = texts[state.text];
    const rows = rowsOf(text, state.layer, state.head, state.query);
    stage.replaceChildren(bars(rows));
    say(`Layer ${state.layer + 1}, head ${state.head + 1}: ${summary(rows)}`);
    table(["this token ↓ gathers from →", ...text.tokens.map(visible)], tableRows(text, state.layer, state.head));
  }

  function set(changes) {
    Object.assign(state, changes);
    draw();
  }

  // Texts differ in length, so each brings its own slider.
  function tokenSlider() {
    const { tokens } = texts[state.text];
    return slider({
      label: "Token that gathers",
      min: 1, max: tokens.length, step: 1, value: state.query + 1,
      format: (place) => `${place}. ${visible(tokens[place - 1])}`,
      oninput: (place) => set({ query: place - 1 }),
    });
  }

  const counted = (name, count) => Array.from({ length: count }, (_, i) => `${name} ${i + 1}`);
  const maps = texts[0].maps;
  let current = tokenSlider();
  controls.append(
    choice({
      label: "Text",
      options: texts.map(({ tokens }) => tokens.filter((token) => !/^<\|.*\|>$/.test(token)).join("").trim()),
      value: first,
      oninput: (text) => {
        set({ text, query: texts[text].tokens.length - 1 });
        const next = tokenSlider();
        current.replaceWith(next);
        current = next;
      },
    }),
    choice({ label: "Layer", options: counted("layer", maps.length), value: layer, oninput: (i) => set({ layer: i }) }),
    choice({ label: "Head", options: counted("head", maps[0].length), value: head, oninput: (i) => set({ head: i }) }),
    current);
  draw();
}

export default { render };
