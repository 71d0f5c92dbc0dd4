// Byte-pair encoding, run where the reader is: the table of a trained tokenizer, and a text to go through.
// The values of the figure: text; bytes, the ids of the 256 bytes; merges, [first, second, made] in the order of learning.

// GPT4_PATTERN of llmcourse/inputs/patterns.py in JavaScript's words. Its \s takes U+FEFF and leaves out U+0085, so the
// property is named; older browsers know no (?i:…), so both cases are written out (and ſ, an s where case is ignored).
const WORD = new RegExp(
  [
    "'(?:[sdmtSDMT\u017f]|[lL]{2}|[vV][eE]|[rR][eE])",
    " \\p{L}+",
    "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+",
    "\\p{N}{1,3}",
    " ?[^\\p{White_Space}\\p{L}\\p{N}]+[\\r\\n]*",
    "\\p{White_Space}*[\\r\\n]+",
    "\\p{White_Space}+(?!\\P{White_Space})",
    "\\p{White_Space}+",
  ].join("|"),
  "gu",
);

/** The words of `text`, which tokens never cross: a space belongs to the word behind it. */
export function words(text) {
  return text.match(WORD) ?? [];
}

/**
 * The states of `text` from its bytes to its tokens: [{ rank, ids }, …], `ids` with one list a word. The first has rank
 * null. Each of the others joins one pair of the table wherever it stands, the pair of the lowest rank first.
 */
export function trace(text, { bytes, merges }) {
  const ranks = new Map(merges.map(([first, second], rank) => [`${first} ${second}`, rank]));
  const rankBehind = (first, second) => ranks.get(`${first} ${second}`) ?? Infinity;
  let ids = words(text).map((word) => Array.from(new TextEncoder().encode(word), (byte) => bytes[byte]));
  const states = [{ rank: null, ids }];
  for (;;) {
    let rank = Infinity;
    for (const word of ids) {
      for (let i = 1; i < word.length; i++) rank = Math.min(rank, rankBehind(word[i - 1], word[i]));
    }
    if (rank === Infinity) return states;
    ids = ids.map((word) => join(word, merges[rank]));
    states.push({ rank, ids });
  }
}

/** `ids` with `made` in place of each `first, second`, from left to right. */
export function join(ids, [first, second, made]) {
  const joined = [];
  for (const id of ids) {
    if (id === second && joined.at(-1) === first) joined[joined.length - 1] = made;
    else joined.push(id);
  }
  return joined;
}

/** The ids of `text`, as `BPETokenizer.encode` gives them. */
export function encode(text, values) {
  return trace(text, values).at(-1).ids.flat();
}

/** Bytes as people read them: text where they are whole characters, and <C3> for a byte that is none by itself. */
export function spell(bytes) {
  const hex = (byte) => `<${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  const inHex = (text) => Array.from(new TextEncoder().encode(text), hex).join("");
  const readable = (text) => visible(text).replace(/[\p{White_Space}\p{C}]/gu, inHex);
  try {
    return readable(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes)));
  } catch {
    return bytes.map((byte) => (byte < 128 ? readable(String.fromCharCode(byte)) : hex(byte))).join("");
  }
}

/** How each id of the table is spelled: [[id, text], …], the bytes first. */
export function spellings({ bytes, merges }) {
  const spelled = new Map(bytes.map((id, byte) => [id, [byte]]));
  for (const [first, second, made] of merges) spelled.set(made, [...spelled.get(first), ...spelled.get(second)]);
  return Array.from(spelled, ([id, itsBytes]) => [id, spell(itsBytes)]);
}

/** What step number `step` did, in a sentence or two. */
export function describe(states, step, values) {
  const spelled = new Map(spellings(values));
  const { rank, ids } = states[step];
  const tokens = count(ids.flat().length, "token");
  if (!ids.length) return "There is no text yet: write some above.";
  const end = step === states.length - 1 ? " No neighbours are left that the table joins." : "";
  if (rank === null) return `Before the first merge every byte is a token: ${tokens}.${end}`;
  const [first, second, made] = values.merges[rank];
  const places = count(ids.flat().filter((id) => id === made).length, "place");
  return (
    `Rank ${number(rank)} of ${number(values.merges.length)}: “${spelled.get(first)}” and “${spelled.get(second)}” ` +
    `become “${spelled.get(made)}”, id ${made}, in ${places}. Now ${tokens}.${end}`
  );
}

const number = (value) => value.toLocaleString("en");
const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

const LOOK = `
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

function render({ model, el }) {
  const values = model.get("values");
  const spelled = new Map(spellings(values));
  const { controls, stage, say, table } = frame(el, {
    title: "From bytes to tokens, one merge at a time",
    hint:
      "Move the slider, or use the arrow keys on it. A thick border shows what the merge made, and the dashed line where " +
      "its two parts met; the small numbers are ids. Then write a text of your own.",
  });
  let states, merging;

  function show(step) {
    stage.replaceChildren(h("style", {}, LOOK), drawing(states[step], spelled, values));
    say(describe(states, step, values));
  }

  function read(text, start) {
    states = trace(text, values);
    const last = states.length - 1;
    const step = start(last);
    const slide = slider({
      label: "Merges done", min: 0, max: last, step: 1, value: step, format: (value) => `${value} of ${last}`, oninput: show,
    });
    if (merging) merging.replaceWith(slide);
    else controls.append(slide);
    merging = slide;
    table(
      ["step", "rank", "pair", "new token", "id"],
      states.slice(1).map(({ rank }, i) => {
        const [first, second, made] = values.merges[rank];
        return [i + 1, rank, `${spelled.get(first)} + ${spelled.get(second)}`, spelled.get(made), made];
      }),
    );
    show(step);
  }

  controls.append(
    textField({ label: "Your text", value: values.text, maxlength: 120, oninput: (text) => read(text, (last) => last) }));
  read(values.text, (last) => Math.ceil(last / 2));
}

export default { render };
