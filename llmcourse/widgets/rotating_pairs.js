// One query and one key of a head with RoPE: a clock for each pair of numbers, two hands in each.

const FARTHEST = 64; // the largest distance that the slider and the curve show

/** Radians that each pair turns from one place to the next, for a width of `width` numbers. */
export function frequencies(width, theta) {
  return Array.from({ length: width / 2 }, (_, i) => theta ** ((-2 * i) / width));
}

/** The numbers of `x`, each pair of neighbours turned by the angle of the place. */
export function turn(x, place, theta) {
  return frequencies(x.length, theta).flatMap((frequency, i) => {
    const [a, b, angle] = [x[2 * i], x[2 * i + 1], place * frequency];
    return [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle)];
  });
}

/** What each pair adds to the score of a query and a key at their places: q·k of the pair, by √D. */
export function products(query, key, queryPlace, keyPlace, theta) {
  const [q, k] = [turn(query, queryPlace, theta), turn(key, keyPlace, theta)];
  return frequencies(q.length, theta).map((_, i) => (q[2 * i] * k[2 * i] + q[2 * i + 1] * k[2 * i + 1]) / Math.sqrt(q.length));
}

/** The score for each distance from 0 to `farthest`, the key at `keyPlace`. */
export function curve(query, key, keyPlace, theta, farthest = FARTHEST) {
  return Array.from({ length: farthest + 1 }, (_, distance) => sum(products(query, key, keyPlace + distance, keyPlace, theta)));
}

/** Tokens for one full turn, as a label: "6.3", "1,100", "2.6 million". */
export function tokens(frequency) {
  const length = (2 * Math.PI) / frequency;
  if (length >= 1e6) return `${(length / 1e6).toFixed(1)} million`;
  return length < 100 ? length.toFixed(1) : Number(length.toPrecision(2)).toLocaleString("en");
}

/** What the status line says. */
export function summary(query, key, queryPlace, keyPlace, theta) {
  const score = sum(products(query, key, queryPlace, keyPlace, theta));
  const distance = queryPlace - keyPlace;
  return `Query at place ${queryPlace}, key at place ${keyPlace}: distance ${distance}, score ${signed(score)}. At places ${distance} and 0 it is ${signed(sum(products(query, key, distance, 0, theta)))}.`;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function signed(number) {
  const text = Math.abs(number).toFixed(2);
  return `${number < 0 && Number(text) !== 0 ? "−" : ""}${text}`;
}

/** One hand: from the middle of the clock, its length by that of the pair; dashed for the key. */
function hand([a, b], unit, colour, dashed) {
  const [x, y] = [40 + a * unit, 40 - b * unit]; // the y of a drawing grows downwards
  return [
    svg("line", { x1: 40, y1: 40, x2: x, y2: y, stroke: colour, "stroke-width": 3, "stroke-linecap": "round", "stroke-dasharray": dashed ? "4 4" : null }),
    svg("circle", { cx: x, cy: y, r: dashed ? 2.5 : 4, fill: colour }),
  ];
}

function clock(q, k, unit, frequency, product) {
  return h("div", { style: "text-align: center; font-size: 0.8em; line-height: 1.25;" },
    svg("svg", { viewBox: "0 0 80 80", style: "width: 100%; max-width: 5.5rem; margin: 0 auto;", "aria-hidden": "true" },
      svg("circle", { cx: 40, cy: 40, r: 37, fill: "none", stroke: "var(--line)" }),
      hand(k, unit, "var(--key)", true), hand(q, unit, "var(--query)", false)),
    h("div", {}, signed(product)),
    h("div", { style: "color: var(--soft);" }, tokens(frequency)));
}

/** The score by distance, with a dot at the distance that is set. Drawn in units of a token and a score, so its letters stand outside. */
function plot(scores, distance) {
  const last = scores.length - 1;
  const [low, high] = [Math.min(0, ...scores), Math.max(0, ...scores)];
  const margin = 0.06 * (high - low || 1);
  const y = (score) => (100 * (high + margin - score)) / (high - low + 2 * margin);
  const stroke = { fill: "none", "vector-effect": "non-scaling-stroke" };
  const ends = (left, middle, right) => h("div", { style: "display: flex; justify-content: space-between; gap: 0.5rem; font-size: 0.85em; color: var(--soft);" }, ...[left, middle, right].map((text) => h("span", {}, text)));
  return h("div", { style: "margin-top: 0.8rem;" },
    ends(`highest ${signed(high)}`, "score by distance", `lowest ${signed(low)}`),
    svg("svg", { viewBox: `-1 0 ${last + 2} 100`, preserveAspectRatio: "none", style: "width: 100%; height: 8.5rem;", "aria-hidden": "true" },
      svg("line", { x1: 0, x2: last, y1: y(0), y2: y(0), stroke: "var(--line)", ...stroke }),
      svg("polyline", { points: scores.map((score, d) => `${d},${y(score).toFixed(2)}`).join(" "), stroke: "var(--ink)", "stroke-width": 2, ...stroke }),
      svg("line", { x1: distance, x2: distance, y1: y(scores[distance]), y2: y(scores[distance]), stroke: "var(--query)", "stroke-width": 13, "stroke-linecap": "round", ...stroke })),
    ends("0 tokens", "", `${last} tokens`));
}

function render({ model, el }) {
  const { query, key, names, theta } = model.get("values");
  const settings = { place: 4, distance: 3, exponent: Math.log10(theta) };
  const { controls, stage, say, table } = frame(el, {
    title: "Two hands a pair",
    hint: `Solid, blue: the query of ${visible(names[0])}. Dashed: the key of ${visible(names[1])}. Below each clock: what its pair adds to the score, and how many tokens make one full turn. Move the key's place, and the query moves along: all hands turn, and the score stays. Then move the distance.`,
  });
  const lengths = [query, key].flatMap((x) => frequencies(x.length, 2).map((_, i) => Math.hypot(x[2 * i], x[2 * i + 1])));
  const unit = 35 / Math.max(...lengths, 1e-9);

  const update = () => {
    const base = 10 ** settings.exponent;
    const [s, t] = [settings.place, settings.place + settings.distance];
    const [q, k, parts] = [turn(query, t, base), turn(key, s, base), products(query, key, t, s, base)];
    const speeds = frequencies(query.length, base);
    const pair = (x, i) => x.slice(2 * i, 2 * i + 2);
    stage.replaceChildren(
      h("div", { style: "display: grid; grid-template-columns: repeat(auto-fit, minmax(max(3.6rem, 11%), 1fr)); gap: 0.5rem;" },
        speeds.map((speed, i) => clock(pair(q, i), pair(k, i), unit, speed, parts[i]))),
      plot(curve(query, key, s, base), settings.distance));
    say(summary(query, key, t, s, base));
    table(["pair", "tokens a turn", "query turned by", "key turned by", "adds to the score"],
      [...speeds.map((speed, i) => [i, tokens(speed), `${(t * speed).toFixed(3)} rad`, `${(s * speed).toFixed(3)} rad`, signed(parts[i])]),
        ["all", "", "", "", signed(sum(parts))]]);
  };
  const set = (name) => (value) => { settings[name] = value; update(); };
  controls.append(
    slider({ label: "Place of the key", min: 0, max: 200, step: 1, value: settings.place, oninput: set("place") }),
    slider({ label: "Distance of the query", min: 0, max: FARTHEST, step: 1, value: settings.distance,
      format: (d) => (d === 1 ? "1 token" : `${d} tokens`), oninput: set("distance") }),
    slider({ label: "Base θ", min: 1, max: 6, step: 0.25, value: settings.exponent,
      format: (e) => Math.round(10 ** e).toLocaleString("en"), oninput: set("exponent") }));
  update();
}

export default { render };
