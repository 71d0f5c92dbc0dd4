// Byte-pair encoding, run where the reader is. The table of a tokenizer: bytes, the ids of the 256 bytes; merges,
// [first, second, made] in the order of learning. Shared by the figures that cut text with it.

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
