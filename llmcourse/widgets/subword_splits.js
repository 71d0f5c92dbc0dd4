// Three trained tokenizers on the reader's own text; byte_pairs.js, which stands before this module in its file, cuts by rank.
// The values: text; bpe { bytes, merges }; wordpiece { pieces, unknown, longest }; unigram { pieces: [[text, score], …], unknown, penalty }.

const SPACE = "\u2581";
const RANKS = 10;

// BERT_PATTERN of llmcourse/inputs/wordpiece.py.
const BERT_WORD = /[^\p{White_Space}\p{P}$+<=>^`|~]+|[\p{P}$+<=>^`|~]/gu;

/** The tokens of byte-pair encoding, as people read them. */
export function bpePieces(text, table) {
  const spelled = new Map(spellings(table));
  return encode(text, table).map((id) => spelled.get(id));
}

/** The pieces of WordPiece: in each word the longest that fits, from the left; the unknown token where none fits. */
export function wordPieces(text, { pieces, unknown, longest }) {
  const vocabulary = new Set(pieces);
  return (text.match(BERT_WORD) ?? []).flatMap((word) => {
    const characters = Array.from(word);
    if (characters.length > longest) return [unknown];
    const cut = [];
    for (let start = 0; start < characters.length; ) {
      let end = characters.length;
      let piece;
      for (; end > start; end--) {
        piece = (start ? "##" : "") + characters.slice(start, end).join("");
        if (vocabulary.has(piece)) break;
      }
      if (end === start) return [unknown];
      cut.push(piece);
      start = end;
    }
    return cut;
  });
}

/** The edges of the lattice, for each place in the text those that end there: [{ start, piece, score }, …]. */
export function edges(text, { pieces, unknown, penalty }) {
  const scores = new Map(pieces);
  const rarest = Math.min(0, ...pieces.map(([, score]) => score));
  const longest = Math.max(1, ...pieces.map(([piece]) => Array.from(piece).length));
  const characters = Array.from(text.replaceAll(" ", SPACE));
  const ending = [[]];
  let word = 0; // where the word begins: pieces never cross into it
  for (let end = 1; end <= characters.length; end++) {
    if (characters[end - 1] === SPACE) word = end - 1;
    const here = [];
    for (let start = Math.max(word, end - longest); start < end; start++) {
      const piece = characters.slice(start, end).join("");
      if (scores.has(piece)) here.push({ start, piece, score: scores.get(piece) });
    }
    if (!scores.has(characters[end - 1])) here.push({ start: end - 1, piece: unknown, score: rarest - penalty });
    ending.push(here);
  }
  return ending;
}

/** The `most` best splits of the text, the best first: [{ pieces, score, share }, …], `share` of the probability of all. */
export function unigramSplits(text, model, most = RANKS) {
  const ending = edges(text, model);
  const best = [[{ score: 0 }]]; // for each place, the best ways to it
  const total = [0]; // and the logarithm of the sum over all ways
  for (let end = 1; end < ending.length; end++) {
    const ways = ending[end].flatMap(({ start, piece, score }) =>
      best[start].map((before) => ({ score: before.score + score, piece, before })));
    ways.sort((one, other) => other.score - one.score); // a stable sort: of equals the longest piece first
    best.push(ways.slice(0, most));
    const logs = ending[end].map(({ start, score }) => total[start] + score);
    const largest = Math.max(...logs);
    total.push(largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0)));
  }
  return best.at(-1).map((way) => ({ pieces: walk(way, model), score: way.score, share: Math.exp(way.score - total.at(-1)) }));
}

/** The pieces of a way, from the front; a run of unknown characters within a word is one. */
function walk(way, { unknown }) {
  const pieces = [];
  for (; way.before; way = way.before) {
    if (way.piece !== unknown || pieces.at(-1) !== unknown) pieces.push(way.piece);
  }
  return pieces.reverse();
}

/** The three splits: [{ name, pieces }, …], Unigram's the one of the given rank (1 is the best), or the last there is. */
export function splits(text, values, rank = 1) {
  const ways = unigramSplits(text, values.unigram);
  const chosen = Math.min(rank, ways.length);
  return {
    rows: [
      { name: "BPE", pieces: bpePieces(text, values.bpe) },
      { name: "WordPiece", pieces: wordPieces(text, values.wordpiece) },
      { name: "Unigram", pieces: ways[chosen - 1].pieces.map((piece) => visible(piece)) },
    ],
    rank: chosen,
    share: ways[chosen - 1].share,
  };
}

/** What the splits come to, in two sentences. */
export function describe({ rows, rank, share }, values) {
  const lost = rows.map(({ pieces }, i) =>
    pieces.filter((piece) => piece === [null, values.wordpiece.unknown, values.unigram.unknown][i]).length);
  const told = rows.map(({ name, pieces }, i) => {
    const unknown = lost[i] ? ` (${lost[i]} unknown)` : "";
    return `${name} ${pieces.length}${i ? "" : pieces.length === 1 ? " token" : " tokens"}${unknown}`;
  });
  const which = rank === 1 ? "Unigram’s best split" : `Unigram’s split of rank ${rank}`;
  return `${told.join(", ")}. ${which} has ${percent(share)} of the probability of all splits.`;
}

const percent = (share) => (share < 0.001 ? "less than 0.1 %" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`);

const SPLITS_LOOK = `
.subword-splits { display: grid; gap: 0.7rem; padding: 2px; }
.subword-splits .heading { margin: 0 0 0.15rem; font-weight: 600; color: var(--ink); }
.subword-splits .count { font-weight: 400; color: var(--soft); font-variant-numeric: tabular-nums; }
.subword-splits .pieces { display: flex; flex-wrap: wrap; gap: 2px; }
.subword-splits .piece { border: 1px solid var(--line); border-radius: 4px; padding: 0.05rem 0.3rem; line-height: 1.4; white-space: pre; color: var(--ink);
  max-width: 100%; overflow-wrap: anywhere; }
.subword-splits .unknown { border: 2px dashed var(--key); font-weight: 600; }
`;

function splitsDrawing({ rows }, values) {
  const unknown = [null, values.wordpiece.unknown, values.unigram.unknown];
  return h("div", { class: "subword-splits" }, rows.map(({ name, pieces }, i) =>
    h("div", {},
      h("p", { class: "heading" }, `${name} `, h("span", { class: "count" }, `· ${pieces.length}`)),
      h("div", { class: "pieces" }, pieces.map((piece) =>
        h("span", { class: piece === unknown[i] ? "piece unknown" : "piece" }, piece))))));
}

function render({ model, el }) {
  const values = model.get("values");
  let { text } = values;
  let rank = 1;
  const { controls, stage, say, table } = frame(el, {
    title: "Three tokenizers on one text",
    hint:
      "Write a text of your own. ## marks a piece that continues a word; ␣ and ▁ are the space before a word. " +
      "The slider shows the second best split of Unigram, the third, and so on.",
  });

  function show() {
    const found = splits(text, values, rank);
    stage.replaceChildren(h("style", {}, SPLITS_LOOK), splitsDrawing(found, values));
    table(["tokenizer", "tokens", "pieces"], found.rows.map(({ name, pieces }) => [name, pieces.length, pieces.join(" ")]));
    say(describe(found, values));
  }

  controls.append(
    textField({ label: "Your text", value: text, maxlength: 120, oninput: (value) => { text = value; show(); } }),
    slider({
      label: "Unigram’s split", min: 1, max: RANKS, step: 1, value: rank,
      format: (value) => (value === 1 ? "the best" : `rank ${value}`), oninput: (value) => { rank = value; show(); },
    }));
  show();
}

export default { render };
