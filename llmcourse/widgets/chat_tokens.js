// A chat, token by token; byte_pairs.js, which stands before this module in its file, cuts the texts.
// The values: messages; bytes and merges; marks { mark: id }; styles [{ name, start, openings, closings, … }].

// What str.strip of Python drops: the white space of Unicode, and four control characters.
const ENDS = /^[\p{White_Space}\x1c-\x1f]+|[\p{White_Space}\x1c-\x1f]+$/gu;

/** The parts of a chat: [{ turn, role, text, owner, mark }, …]; `turn` counts from 0, −1 stands before all turns. */
export function parts(messages, style, prompt = false) {
  const made = [];
  const put = (turn, role, list) => {
    for (const [text, owner, kind] of list) made.push({ turn, role, text, owner, mark: kind === "mark" });
  };
  put(-1, "", style.start);
  const words = (text) => (style.strips ? text.replace(ENDS, "") : text);
  const hasSystem = messages[0]?.role === "system";
  const turns = hasSystem || !style.system_always ? messages : [{ role: "system", content: "" }, ...messages];
  turns.forEach(({ role, content }, turn) => {
    put(turn, role, style.openings[role]);
    const body = (role === "system" ? style.before_system : "") + words(content);
    put(turn, role, [[body, role, "text"]]);
    put(turn, role, style.closings[role]);
  });
  if (prompt) put(turns.length, "assistant", style.openings.assistant);
  return made;
}

/** The tokens of a chat: [{ turn, role, id, owner, mark }, …]. A mark is put in by its id; each text is encoded alone. */
export function tokens(messages, style, values, prompt = false) {
  return parts(messages, style, prompt).flatMap(({ text, mark, ...whose }) =>
    (mark ? [values.marks[text]] : encode(text, values)).map((id) => ({ ...whose, mark, id })));
}

/** The history of the first `count` messages after the system's, with the reader's two texts in their places. */
export function history(values, { system, user, count }) {
  const [first, ...others] = values.messages;
  const said = others.slice(0, count).map((message, i) => (i ? message : { ...message, content: user }));
  return system ? [{ ...first, content: system }, ...said] : said;
}

/** Whether the assistant speaks next: then the chat ends in the generation prompt. */
export function isAsked(messages) {
  return messages.at(-1).role === "user";
}

/** How many tokens all requests of the history have together: one for each message of the user's, with all before it. */
export function sentInAll(messages, style, values) {
  let sum = 0;
  messages.forEach(({ role }, i) => {
    if (role === "user") sum += tokens(messages.slice(0, i + 1), style, values, true).length;
  });
  return sum;
}

/** What the chat comes to, in a few sentences. */
export function tell(messages, style, values) {
  const all = tokens(messages, style, values, isAsked(messages));
  const of = (who) => all.filter(({ owner }) => owner === who).length;
  const told = [
    `${all.length} tokens: ${of("template")} of the template, ${of("system")} of the system, ` +
      `${of("user")} of the user, ${of("assistant")} of the assistant.`,
  ];
  const requests = messages.filter(({ role }) => role === "user").length;
  if (requests > 1) told.push(`The ${requests} requests so far sent ${sentInAll(messages, style, values)} together.`);
  if (isAsked(messages)) told.push("The assistant is next, so its turn is opened.");
  const texts = messages.map(({ content }) => content).join("\n");
  const own = parts([{ role: "user", content: "" }], style).filter(({ mark }) => mark).map(({ text }) => text);
  const typed = own.filter((mark) => texts.includes(mark));
  for (const mark of typed.slice(0, 1)) {
    const plain = encode(mark, values).length;
    told.push(`The ${mark} in a message is text, ${plain} ordinary tokens; the mark itself is ${values.marks[mark]}.`);
  }
  return told.join(" ");
}

const CHAT_LOOK = `
.chat-tokens { display: grid; gap: 0.55rem; padding: 2px; }
.chat-tokens .turn { display: grid; grid-template-columns: 5.6rem 1fr; gap: 0.5rem; align-items: start; }
.chat-tokens .who { font-weight: 600; font-size: 0.92em; color: var(--ink); padding-top: 0.2rem; }
.chat-tokens .count { display: block; font-weight: 400; color: var(--soft); font-size: 0.9em; }
.chat-tokens .row { display: flex; flex-wrap: wrap; gap: 3px; }
.chat-tokens .token { display: inline-flex; flex-direction: column; align-items: center; border: 1px solid var(--line); border-radius: 4px;
  margin: 1px; padding: 0.05rem 0.25rem; line-height: 1.3; color: var(--ink); white-space: pre; }
.chat-tokens .template { border-style: dashed; color: var(--soft); }
.chat-tokens .mark { border-radius: 999px; padding: 0.05rem 0.5rem; background: var(--raised); font-weight: 600; border-style: solid; }
.chat-tokens .assistant { border: 2px solid var(--chosen); margin: 0; }
.chat-tokens .id { font-size: 0.72em; font-weight: 400; color: var(--soft); font-variant-numeric: tabular-nums; }
@media (max-width: 480px) { .chat-tokens .turn { grid-template-columns: 1fr; gap: 0.15rem; } .chat-tokens .count { display: inline; } }
`;

function chatDrawing(all, spelled, asked) {
  const turns = new Map();
  for (const token of all) {
    if (!turns.has(token.turn)) turns.set(token.turn, []);
    turns.get(token.turn).push(token);
  }
  const last = Math.max(...turns.keys());
  const name = (turn, list) =>
    turn < 0 ? "start" : turn === last && asked ? "generation prompt" : list[0].role;
  return h("div", { class: "chat-tokens" }, Array.from(turns, ([turn, list]) =>
    h("div", { class: "turn" },
      h("div", { class: "who" }, `${name(turn, list)} `,
        h("span", { class: "count" }, list.length === 1 ? "1 token" : `${list.length} tokens`)),
      h("div", { class: "row" }, list.map(({ id, owner, mark }) =>
        h("span", { class: `token ${owner}${mark ? " mark" : ""}` }, spelled.get(id), h("span", { class: "id" }, String(id))))))));
}

function render({ model, el }) {
  const values = model.get("values");
  const spelled = new Map([...spellings(values), ...Object.entries(values.marks).map(([mark, id]) => [id, mark])]);
  const most = values.messages.length - 1;
  const state = {
    style: 0, count: Math.min(3, most), system: values.messages[0].content, user: values.messages[1].content,
  };
  const { controls, stage, say, table } = frame(el, {
    title: "A chat, token by token",
    hint:
      "Round boxes are marks, which the template puts in by their ids; dashed ones are its text; thick ones are the assistant’s, " +
      "and to be learned. Move the slider: the history grows. Then type a mark yourself, such as <|im_start|>.",
  });

  function show() {
    const messages = history(values, state);
    const style = values.styles[state.style];
    const asked = isAsked(messages);
    const all = tokens(messages, style, values, asked);
    stage.replaceChildren(h("style", {}, CHAT_LOOK), chatDrawing(all, spelled, asked));
    table(
      ["place", "token", "id", "whose", "kind"],
      all.map(({ id, owner, mark }, i) => [i, spelled.get(id), id, owner, mark ? "mark" : "text"]),
    );
    say(tell(messages, style, values));
  }

  const changes = (name) => (value) => { state[name] = value; show(); };
  controls.append(
    textField({ label: "System message", value: state.system, maxlength: 120, oninput: changes("system") }),
    textField({ label: "First message of the user", value: state.user, maxlength: 120, oninput: changes("user") }),
    choice({ label: "Style", options: values.styles.map(({ name }) => name), oninput: changes("style") }),
    slider({
      label: "Messages so far", min: 1, max: most, step: 1, value: state.count,
      format: (value) => `${value} of ${most}`, oninput: changes("count"),
    }));
  show();
}

export default { render };
