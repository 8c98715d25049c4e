/**
 * An explorer: labelled controls, and a table of the rows that they select.
 *
 * The same module runs in Jupyter, where `model` is kept in step with Python, and on a page without a kernel, where
 * `runtime.js` stands in for the model. It filters and tests compiled rectangles of dates; it knows no law and computes
 * no figure. Text from the record enters the page as text nodes and attributes only.
 */

const WINDOW = 200;
const LONGEST = 100;
const LARGEST = 1e30;
const CHINESE = /([\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+)/;

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat());
  return node;
}

function text(value) {
  return String(value ?? "")
    .split(CHINESE)
    .map((part, place) => (place % 2 ? element("span", { lang: "zh-Hans" }, part) : part))
    .filter((part) => part !== "");
}

const plain = (value) => String(value ?? "").replaceAll("-", " ");

/* ---- what a control may hold ---- */

function isDay(value) {
  if (typeof value !== "string" || !/^[1-9]\d{3}-\d\d-\d\d$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** What is wrong with a value, as a sentence; nothing where it may stand. */
function fault(control, value) {
  const offered = (each) => control.options.some((option) => option.value === each);
  if (value === null && control.any) return undefined;
  switch (control.kind) {
    case "choice":
      return offered(value) ? undefined : `${control.label}: “${value}” is not among the options.`;
    case "choices":
      if (Array.isArray(value) && value.every(offered)) return undefined;
      return `${control.label}: “${value}” is not a choice among the options.`;
    case "flag":
      return typeof value === "boolean" ? undefined : `${control.label}: “${value}” is neither on nor off.`;
    case "number":
      if (typeof value === "number" && value >= 0 && value <= LARGEST) return undefined;
      return `${control.label}: “${value}” is not a number; write it as 25000000 or 1e26.`;
    case "text":
      if (typeof value === "string" && value.length <= LONGEST) return undefined;
      return `${control.label}: at most ${LONGEST} characters.`;
    default:
      if (!isDay(value)) return `${control.label}: “${value}” is not a day; write it as ${control.example}.`;
      if (control.maximum && value > control.maximum)
        return `${control.label}: ${value} is after the record's date; choose ${control.maximum} or an earlier day.`;
      return undefined;
  }
}

/** The whole state that a part of one means; `settled` in controls.py says how a scenario and its answers meet. */
function settled(controls, wanted, opening = Object.fromEntries(controls.map(({ id, value }) => [id, value]))) {
  const state = { ...opening, ...preset(controls, wanted), ...wanted };
  for (const control of controls)
    if (Object.entries(preset([control], state)).some(([id, value]) => state[id] !== value)) state[control.id] = null;
  return state;
}

/** What the options chosen set in other controls. */
const preset = (controls, state) => Object.assign({}, ...controls.map(({ id, sets }) => sets?.[state[id]]));

/** The whole state, with what cannot stand replaced by the opening value, and the sentences that say so. */
function admit(controls, wanted) {
  const admitted = {};
  const faults = [];
  for (const [id, value] of Object.entries(wanted)) {
    const control = controls.find((each) => each.id === id);
    const wrong = control ? fault(control, value) : `There is no control “${id}”.`;
    if (wrong) faults.push(wrong);
    else admitted[id] = value;
  }
  return [settled(controls, admitted), faults];
}

/* ---- which rows a state selects ---- */

const within = (day, from, until) => (!from || from <= day) && (!until || day < until);

/** What the compiled rectangles say of one row on a day, as known on another; nothing where the law then has no more to say. */
function answer(compiled, asOf, knownOn) {
  const stage = compiled.stages.find(([knownFrom, knownUntil]) => within(knownOn, knownFrom, knownUntil));
  if (!stage) return undefined;
  const [, , applies_from, applies_until, over] = stage;
  if (asOf >= over) return undefined;
  const said = boxed(compiled, asOf, knownOn);
  return { status: said.verdict === "no" ? "law" : said.verdict, ...said, applies_from, applies_until };
}

/** What the boxes say of a day, as known on another; before any of them is known there is no law. */
function boxed(compiled, asOf, knownOn) {
  const side = asOf > knownOn ? "future" : "past";
  const find = (boxes) =>
    boxes.find(
      ([from, until, knownFrom, knownUntil, only]) =>
        within(asOf, from, until) && within(knownOn, knownFrom, knownUntil) && (!only || only === side),
    );
  const [, , , , , verdict, why] = find(compiled.verdict) ?? ["", "", "", "", "", "no", `not law on ${knownOn}`];
  const [, , , , , enforceable, whether] = find(compiled.enforceable) ?? ["", "", "", "", "", "no", ""];
  return { verdict, enforceable, reason: [why, whether].filter(Boolean).join("; ") };
}

/* ---- which formulas the facts meet: 1 is no, 2 is yes, 3 is cannot tell; `scenario.py` has the same rules ---- */

const [NO, YES, EITHER] = [1, 2, 3];
const MASKS = { no: NO, yes: YES, "cannot tell": EITHER };
const ANSWERS = { [NO]: "no", [YES]: "yes", [EITHER]: "cannot tell" };
const NAMED = {
  exemption: { [YES]: "taken out by", [NO]: "not taken out by", [EITHER]: "perhaps taken out by" },
  cohort: { [YES]: "in the cohort", [NO]: "not in the cohort", [EITHER]: "perhaps in the cohort" },
};
const and = (one, other) => (one & other & YES) | ((one | other) & NO);
const or = (one, other) => (one & other & NO) | ((one | other) & YES);
const not = (value) => (value & NO ? YES : 0) | (value & YES ? NO : 0);

const TESTS = {
  is: (known, value) => known === value,
  "is-not": (known, value) => known !== value,
  in: (known, values) => values.includes(known),
  "at-least": (known, value) => known >= value,
  "on-or-after": (known, value) => known >= value,
  below: (known, value) => known < value,
  before: (known, value) => known < value,
};

/** A number as Python writes it with fifteen digits. */
function shown(value) {
  if (typeof value !== "number" || value < 1e15) return String(value);
  return value.toExponential(14).replace(/\.?0*e/, "e");
}

/** The formulas of a record over what is known of a system, on two days. */
class Formulas {
  constructor({ nodes, facts, samples }, rectangles, state, asOf, knownOn) {
    Object.assign(this, { nodes, facts, samples, rectangles, days: [asOf, knownOn], said: new Map(), held: new Map() });
    this.known = Object.fromEntries(Object.entries(facts).map(([fact, { control }]) => [fact, state[control]]));
    this.others = new Map();
  }

  law(key) {
    if (!this.said.has(key)) this.said.set(key, boxed(this.rectangles[key], ...this.days));
    return this.said.get(key);
  }

  /** The value of a part, with one fact answered otherwise where `other` says so. */
  value(place, other) {
    const node = this.nodes[place];
    if (other && !this.reach(place).has(other.fact)) return this.value(place);
    const held = other ? other.held : this.held;
    if (!held.has(place)) held.set(place, this.worked(node, other));
    return held.get(place);
  }

  worked({ kind, parts, fact, op, value, law }, other) {
    switch (kind) {
      case "test": {
        const known = other?.fact === fact ? other.value : this.known[fact];
        return known === null ? EITHER : TESTS[op](known, value) ? YES : NO;
      }
      case "law":
        return MASKS[this.law(law).verdict];
      case "unknown":
        return EITHER;
      case "not":
        return not(this.value(parts[0], other));
      default: {
        const [join, start] = kind === "and" ? [and, YES] : [or, NO];
        return parts.reduce((found, part) => join(found, this.value(part, other)), start);
      }
    }
  }

  /** The facts that a part asks for. */
  reach(place) {
    const node = this.nodes[place];
    return (node.reach ??= new Set(node.fact ? [node.fact] : (node.parts ?? []).flatMap((part) => [...this.reach(part)])));
  }

  inOrder(facts) {
    return [...facts].sort((one, other) => this.facts[one].place - this.facts[other].place);
  }

  /** The tests that make the value of a part, each with the named part in which it stands. */
  *grounds(place, within = "") {
    const node = this.nodes[place];
    const value = this.value(place);
    const named = node.named ? `${NAMED[node.named[0]][value]} ${node.named[1]}` : within;
    if (!node.parts) {
      yield [node, value, named];
      return;
    }
    let chosen = node.parts;
    if (node.kind !== "not") {
      chosen = chosen.filter((part) => this.value(part) === value);
      if (value === (node.kind === "or" ? YES : NO)) chosen = chosen.slice(0, 1);
    }
    for (const part of chosen) yield* this.grounds(part, named);
  }

  /** Why the facts do or do not bring the system under a provision, and which facts those are. */
  reason(place, value, untested) {
    const groups = new Map();
    const used = new Set();
    for (const [node, held, named] of this.grounds(place)) {
      const texts = groups.get(named) ?? groups.set(named, new Set()).get(named);
      const words = node.kind === "law" ? this.law(node.law).reason : node.text;
      if (words && held !== YES) texts.add(words);
      else if (node.fact) {
        used.add(node.fact);
        texts.add(held === EITHER ? `${node.fact} is not known` : `${node.fact} = ${shown(this.known[node.fact])}`);
      }
    }
    const places = new Map();
    for (const [named, texts] of groups) {
      const words = [...texts].join(", ");
      if (words) places.set(words, [...(places.get(words) ?? []), named]);
    }
    const parts = [...places].map(([words, named]) => (named.some(Boolean) ? `${joined(named)}: ${words}` : words));
    if (untested.length && value !== NO) parts.push(`not tested, for want of triggers: ${untested.join(", ")}`);
    return [parts.join("; "), this.inOrder(used)];
  }

  /** The answers that a fact could have, each with the values that parts then have. */
  answers(fact, samples) {
    const key = `${fact} ${samples}`;
    const made = () => this.samples[samples].map(([value, label]) => ({ fact, value, label, held: new Map() }));
    return this.others.get(key) ?? this.others.set(key, made()).get(key);
  }

  /** The deciding facts of a verdict that cannot be told, and the single answers that would change a verdict. */
  turning(place, law, verdict, drawn) {
    if (law === NO) return [[], ""];
    const [settles, changes] = [[], []];
    for (const [fact, samples] of drawn) {
      const found = new Map();
      for (const other of this.answers(fact, samples)) {
        const answer = and(law, this.value(place, other));
        if (answer !== verdict) found.set(answer, [...(found.get(answer) ?? []), other.label]);
      }
      if (this.known[fact] === null && (found.has(YES) || found.has(NO))) settles.push(fact);
      const { options } = this.facts[fact];
      for (const [answer, labels] of found) changes.push(`${fact} = ${listed(labels, options)}: ${ANSWERS[answer]}`);
    }
    if (verdict !== EITHER) return [[], changes.join("; ")];
    const asked = () => [...this.grounds(place)].filter(([node, held]) => node.fact && held === EITHER).map(([node]) => node.fact);
    return [settles.length ? settles : this.inOrder(new Set(asked())), changes.join("; ")];
  }

  /** What the facts and the law together say of one row. */
  judge({ law, formula }) {
    const said = this.law(law);
    const met = this.value(formula);
    return {
      verdict: ANSWERS[and(MASKS[said.verdict], met)],
      enforceable: ANSWERS[and(MASKS[said.enforceable], met)],
      met: ANSWERS[met],
      applies: said.verdict,
    };
  }

  /** Why they say it, and what would change it: slow, so asked only of rows that somebody reads. */
  explain({ law, formula, untested, drawn }) {
    const said = this.law(law);
    const met = this.value(formula);
    const verdict = and(MASKS[said.verdict], met);
    const [reason, facts] = this.reason(formula, met, untested);
    const [deciding, change] = this.turning(formula, MASKS[said.verdict], verdict, drawn);
    return {
      reason,
      facts: facts.join("; "),
      deciding: deciding.join("; "),
      change: !change && met === YES && verdict !== YES ? `another day: ${said.reason}` : change,
      date_reason: said.reason,
    };
  }
}

/** Answers in a row, or, where most options are among them, those that are not. */
function listed(labels, choices) {
  if (!choices.length || labels.length <= Math.max(Math.floor(choices.length / 2), 2)) return labels.join(" or ");
  return `other than ${choices.filter((choice) => !labels.includes(choice)).join(" or ")}`;
}

/** Places in a row, saying once what they share. */
function joined(named) {
  const shared = NAMED.exemption[NO];
  if (named.length < 2 || !named.every((each) => each.startsWith(shared))) return named.filter(Boolean).join(", ");
  return `${shared} ${named.map((each) => each.slice(shared.length).trim()).join(", ")}`;
}

const many = (value) => (Array.isArray(value) ? value : [value]);
const anyOf = (cells, wanted) => many(cells).some((each) => many(wanted).includes(each));
const searched = (value) => value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const contains = (cell, wanted) => searched(wanted).split(/\s+/).every((word) => cell.includes(word));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The rows whose kind is not found under every option chosen. */
function unshared(chosen, column, across, options) {
  const held = new Map();
  for (const row of chosen) held.set(row[column], (held.get(row[column]) ?? new Set()).add(row[across]));
  return chosen.filter((row) => options.length < 2 || !options.every((option) => held.get(row[column]).has(option)));
}

/** The rows that a state selects; those up to a limit with the reasons for what is said of them. */
function select({ predicates, formulas }, rows, rectangles, state, limit = Infinity) {
  const meets = predicates.find(({ op }) => op === "meets");
  const judged = meets && new Formulas(formulas, rectangles, state, ...meets.control.map((id) => state[id]));
  let chosen = [];
  for (const row of rows) {
    let kept = row;
    for (const predicate of predicates) {
      const { op, column, control } = predicate;
      if (op === "in-force") {
        const found = answer(rectangles[row[column]], ...control.map((id) => state[id]));
        kept = found && !predicate["leaves-out"]?.includes(found.verdict) ? { ...kept, ...found } : undefined;
      } else if (op === "meets") {
        kept = { ...kept, ...judged.judge(row) };
      } else if (op === "any-of") {
        const wanted = state[control];
        if (wanted !== null && !same(wanted, predicate.every) && !anyOf(kept[column], wanted)) kept = undefined;
      } else if (op === "contains" && !contains(row[column], state[control])) kept = undefined;
      if (!kept) break;
    }
    if (kept) chosen.push(kept);
  }
  for (const { op, column, across, control } of predicates)
    if (op === "unshared" && state[control[0]]) chosen = unshared(chosen, column, across, state[control[1]]);
  return meets ? chosen.map((row, place) => (place < limit ? { ...row, ...judged.explain(row) } : row)) : chosen;
}

/* ---- controls ---- */

const CONTROLS = {
  choice(control, id, change) {
    const input = element("select", { id, change: () => change(input.value === "" ? null : input.value) });
    if (control.any) input.append(element("option", { value: "" }, control.any));
    const groups = new Map();
    for (const { value, label, group } of control.options) {
      const option = element("option", { value }, label);
      if (!group) input.append(option);
      else {
        if (!groups.has(group)) input.append(groups.set(group, element("optgroup", { label: group })).get(group));
        groups.get(group).append(option);
      }
    }
    return { nodes: [element("label", { for: id }, control.label), input], input, show: (value) => (input.value = value ?? "") };
  },
  choices(control, id, change) {
    const boxes = control.options.map(({ value }) => element("input", { type: "checkbox", value, change: read }));
    function read() {
      change(boxes.filter((box) => box.checked).map((box) => box.value));
    }
    const labels = boxes.map((box, place) => element("label", {}, box, " ", text(control.options[place].label)));
    const length = boxes.length > 20 ? "long" : undefined;
    const input = element("fieldset", { id, class: length }, element("legend", {}, control.label), labels);
    return { nodes: [input], input, show: (values) => boxes.forEach((box) => (box.checked = values.includes(box.value))) };
  },
  date: (control, id, change) =>
    written(control, id, change, {
      size: 11,
      read: (value) => value,
      whole: (value) => value.length >= 10,
      write: (value) => value,
    }),
  number: (control, id, change) =>
    written(control, id, change, { size: 14, inputmode: "decimal", read: number, whole: (value) => typeof number(value) === "number", write: String }),
  text: (control, id, change) =>
    written(control, id, change, { size: 24, read: (value) => value, whole: () => true, write: (value) => value }),
  flag(control, id, change) {
    const input = element("input", { type: "checkbox", id, change: () => change(input.checked) });
    const label = element("label", { class: "flag" }, input, " ", text(control.label));
    return { nodes: [label], input, show: (value) => (input.checked = value) };
  },
};

const number = (value) => (/^\d+(\.\d+)?(e\+?\d+)?$/i.test(value.replaceAll(",", "")) ? Number(value.replaceAll(",", "")) : value);

/** A box to write in: what is whole counts while it is written, the rest when the box is left. */
function written(control, id, change, { size, inputmode, read, whole, write }) {
  const settle = () => {
    const value = input.value.trim();
    change(value === "" && control.any ? null : read(value));
  };
  const input = element("input", {
    id,
    type: "text",
    size,
    inputmode,
    maxlength: LONGEST,
    placeholder: control.any,
    autocomplete: "off",
    spellcheck: "false",
    input: () => whole(input.value.trim()) && settle(),
    change: settle,
  });
  const show = (value) => {
    const shown = value === null ? "" : write(value);
    if (document.activeElement !== input || read(input.value.trim()) !== value) input.value = shown;
  };
  return { nodes: [element("label", { for: id }, control.label), input], input, show };
}

/** A control with its help and its place for a message. */
function field(control, id, change) {
  const made = CONTROLS[control.kind](control, id, change);
  const help = element("p", { class: "help", id: `${id}-help` }, text(control.help));
  const message = element("p", { class: "fault", id: `${id}-fault`, role: "alert" });
  made.input.setAttribute("aria-describedby", `${help.id} ${message.id}`);
  made.say = (sentence) => {
    message.textContent = sentence ?? "";
    if (sentence && made.input.type === "text") made.input.setAttribute("aria-invalid", "true");
    else made.input.removeAttribute("aria-invalid");
  };
  made.node = element("div", { class: `control ${control.kind}` }, made.nodes, help, message);
  return made;
}

/** The state in words, for the caption. */
function words(controls, state) {
  const label = (control, value) => control.options.find((option) => option.value === value).label;
  const named = controls.filter(({ id, group }) => state[id] !== false && (!group || state[id] !== null));
  return named.map((control) => {
    const value = state[control.id];
    if (value === null) return `${control.label}: ${control.any.toLowerCase()}`;
    if (value === true) return control.label;
    if (value === "") return `${control.label}: anything`;
    if (control.kind === "choice") return `${control.label}: ${label(control, value)}`;
    if (control.kind === "choices")
      return `${control.label}: ${value.map((each) => label(control, each)).join(", ") || (control.none ?? "none chosen")}`;
    return `${control.label}: ${value}`;
  });
}

/* ---- the table ---- */

function source({ title, pinpoint, url }) {
  const shown = text(pinpoint ? `${title}, ${pinpoint}` : title);
  return /^https?:\/\//i.test(url) ? element("a", { href: url, rel: "noopener noreferrer" }, shown) : shown;
}

/** The content of one column of a row, as nodes; empty where the row has none. */
function content({ id, as }, row) {
  if (as === "sources") return row[id].map((each, place) => [place ? "; " : "", source(each)]).flat(2);
  if (as === "term") return text(plain(row[id]));
  if (as === "pinyin") return row[id] ? [element("span", { lang: "zh-Latn-pinyin" }, row[id])] : [];
  if (as === "dates") {
    const ends = [row.applies_from && `from ${row.applies_from}`, row.applies_until && `until ${row.applies_until}`];
    return text(ends.filter(Boolean).join(" "));
  }
  return text(row[id]);
}

/** A row as an item of a list: a heading, a sentence, then facts with their labels. */
function item(columns, row) {
  const node = element("li", { "data-row": row.id });
  const facts = element("dl");
  for (const column of columns) {
    const nodes = content(column, row);
    if (nodes.length === 0) continue;
    if (column.as === "heading") node.append(element("p", { class: "heading" }, nodes));
    else if (column.as === "sentence") node.append(element("p", {}, nodes));
    else facts.append(element("div", {}, element("dt", {}, column.label), element("dd", {}, nodes)));
  }
  node.append(facts);
  return node;
}

const cell = (tag, attributes, ...children) =>
  element(tag, { role: { td: "cell", row: "rowheader", col: "columnheader" }[attributes.scope ?? tag], ...attributes }, ...children);
const line = (...cells) => element("tr", { role: "row" }, ...cells);
const body = (...lines) => element("tbody", { role: "rowgroup" }, ...lines);
const head = (labels) =>
  element("thead", { role: "rowgroup" }, line(labels.map((label) => cell("th", { scope: "col" }, text(label)))));

/** One line a row. */
function list({ columns }, rows) {
  const lines = rows.map((row) => {
    const cells = columns.map((column, place) =>
      cell(place ? "td" : "th", { scope: place ? undefined : "row", "data-label": column.label }, content(column, row)),
    );
    const node = line(cells);
    node.dataset.row = row.id;
    return node;
  });
  return [head(columns.map((column) => column.label)), body(lines)];
}

/** The options chosen, those without a row apart where the layout leaves such columns out. */
function columnsOf(across, layout, rows, state) {
  const chosen = across.options.filter((option) => state[across.id].includes(option.value));
  const held = new Set(rows.map((row) => row[layout.across]));
  const empty = layout.full ? [] : chosen.filter((option) => !held.has(option.value));
  return [empty, chosen.filter((option) => !empty.includes(option))];
}

/** One line a status and one column an option: each cell holds the rows that share both. */
function matrix({ columns, layout, controls }, rows, state) {
  const across = controls.find((control) => control.id === layout.control);
  const [empty, shown] = columnsOf(across, layout, rows, state);
  const lines = layout.lines.map(({ value, label }) => {
    const held = rows.filter((row) => row[layout.down] === value);
    if (held.length === 0) return [];
    const cells = shown.map((option) => {
      const items = held.filter((row) => row[layout.across] === option.value).map((row) => item(columns, row));
      const filling = items.length ? element("ul", {}, items) : element("span", { class: "none" }, "none");
      return cell("td", { "data-label": option.label }, filling);
    });
    return line(cell("th", { scope: "row" }, text(label)), cells);
  });
  const without = empty.length ? `No row here for ${empty.map((option) => option.label).join(", ")}.` : "";
  return [head([layout.corner, ...shown.map((option) => option.label)]), body(lines.flat()), without];
}

const LAYOUTS = { list, matrix };

/* ---- what a reader takes away ---- */

/** The rows as lines of cells; what a spreadsheet would run is made text. */
function lines({ fields }, rows, between) {
  const safe = (value) => {
    const cell = many(value ?? "").join("; ");
    return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  };
  const quoted = (cell) => (between === "," && /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell.replaceAll("\t", " "));
  return [fields, ...rows.map((row) => fields.map((field) => row[field]))]
    .map((row) => row.map((value) => quoted(safe(value))).join(between))
    .join("\r\n");
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const box = element("textarea", { "aria-label": "To copy" }, words);
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    if (!copied) throw new Error("this browser does not let a page copy");
  }
}

function download(name, words) {
  const url = URL.createObjectURL(new Blob(["\ufeff", words], { type: "text/csv;charset=utf-8" }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** What each button does with the rows shown, and the sentence that says that it is done. */
const TAKEN = {
  "Copy link": async (model) => {
    await copy(model.get("address"));
    return "The link to this state is copied.";
  },
  "Copy table": async (model, rows) => {
    await copy(lines(model.get("definition"), rows, "\t"));
    return `The table is copied: ${counted(rows)}.`;
  },
  "Download CSV": async (model, rows) => {
    download(`${model.get("name")}.csv`, lines(model.get("definition"), rows, ","));
    return `The file is saved: ${counted(rows)}.`;
  },
};

const counted = (rows) => `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;

/** The references of the rows, each once, with its pinpoints. */
function references(rows, citations) {
  const pinpoints = new Map();
  for (const { key, pinpoint } of rows.flatMap((row) => row.sources ?? []))
    pinpoints.set(key, (pinpoints.get(key) ?? new Set()).add(pinpoint));
  return [...pinpoints].map(([key, found]) => {
    const places = [...found].filter(Boolean).join("; ");
    return `${citations[key] ?? key}${places && ` (${places})`}`;
  });
}

/* ---- the view ---- */

function render({ model, el }) {
  // Jupyter and a page may load this module more than once: the count of views is the document's.
  const count = (globalThis.rulebooksViews = (globalThis.rulebooksViews ?? 0) + 1);
  const id = `rulebooks-${count}`;
  let fields = {};
  let limit = WINDOW;
  let parts;

  function change(control, value) {
    const wrong = fault(control, value);
    const [state] = admit(model.get("definition").controls, model.get("state"));
    fields[control.id].say(wrong && `${wrong} The table still shows ${state[control.id]}.`);
    if (wrong) return;
    const wanted = { ...state, ...control.sets?.[value], [control.id]: value };
    model.set("state", settled(model.get("definition").controls, wanted));
    model.save_changes();
  }

  function build() {
    const { intro, controls } = model.get("definition");
    fields = {};
    for (const control of controls)
      fields[control.id] = field(control, `${id}-${control.id}`, (value) => change(control, value));
    const title = model.get("title");
    const taker = (label) => element("button", { type: "button", click: () => take(TAKEN[label]) }, label);
    const citing = element("button", { type: "button", "aria-expanded": "false", click: cite }, "Cite these rows");
    const again = element("button", { type: "button", click: restart }, "Start again");
    parts = {
      said: element("p", { class: "said", "aria-live": "polite" }),
      cited: element("ol", { class: "cited", hidden: "" }),
      faults: element("p", { class: "fault", role: "alert" }),
      status: element("p", { class: "status", role: "status" }),
      table: element("table", { role: "table" }),
      without: element("p", { class: "without" }),
      more: element("button", { type: "button", click: more }, "Show more"),
      citing,
    };
    parts.scroll = element("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": `${title}: table` }, parts.table);
    const section = element(
      "section",
      { class: "rulebooks-explorer", "aria-labelledby": id },
      element("p", { class: "title", id }, text(title)),
      element("p", { class: "intro" }, text(intro)),
      element("div", { class: "controls", role: "group", "aria-label": "Controls" }, grouped(controls)),
      parts.faults,
      parts.status,
      parts.scroll,
      parts.without,
      parts.more,
      element("div", { class: "takeaway", role: "group", "aria-label": "Take away" }, Object.keys(TAKEN).map(taker), citing, again),
      parts.said,
      parts.cited,
    );
    el.replaceChildren(section);
    refresh();
  }

  /** The controls, those of one group behind a line that opens. */
  function grouped(controls) {
    const groups = new Map([[undefined, []]]);
    for (const { id, group } of controls) groups.set(group, [...(groups.get(group) ?? []), fields[id].node]);
    return [...groups].flatMap(([group, nodes]) => {
      if (!group) return nodes;
      return element("details", { class: "group" }, element("summary", {}, group), element("div", {}, nodes));
    });
  }

  /** The rows that the state selects. */
  function chosen() {
    const definition = model.get("definition");
    const [state] = admit(definition.controls, model.get("state"));
    return select(definition, model.get("rows"), model.get("rectangles"), state);
  }

  async function take(act) {
    try {
      parts.said.textContent = await act(model, chosen());
    } catch (error) {
      parts.said.textContent = `That did not work: ${error.message}.`;
    }
  }

  async function cite() {
    if (!parts.cited.hidden) return uncite();
    await take(async (_, rows) => {
      const found = references(rows, await model.get("citations"));
      parts.cited.replaceChildren(...found.map((each) => element("li", {}, text(each))));
      parts.cited.hidden = false;
      parts.citing.setAttribute("aria-expanded", "true");
      return `${found.length} ${found.length === 1 ? "reference" : "references"} for ${counted(rows)}.`;
    });
  }

  function uncite() {
    parts.cited.hidden = true;
    parts.citing.setAttribute("aria-expanded", "false");
    parts.said.textContent = "";
  }

  function restart() {
    model.set("state", model.get("opening"));
    model.save_changes();
  }

  function more() {
    limit += WINDOW;
    draw();
    if (parts.more.hidden) parts.scroll.focus();
  }

  function draw() {
    const definition = model.get("definition");
    const [state, faults] = admit(definition.controls, model.get("state"));
    parts.faults.textContent = faults.join(" ");
    const rows = select(definition, model.get("rows"), model.get("rectangles"), state, limit);
    const total = counted(rows);
    uncite();
    parts.status.textContent =
      rows.length > limit ? `${total}; the first ${limit} are shown` : rows.length ? total : `${total}: ${definition.nothing}`;
    parts.more.hidden = rows.length <= limit;
    parts.scroll.hidden = rows.length === 0;
    const caption = element("caption", {}, text(`${definition.caption}. ${words(definition.controls, state).join("; ")}.`));
    parts.table.className = definition.layout.kind;
    const [headings, lines, without] = LAYOUTS[definition.layout.kind](definition, rows.slice(0, limit), state);
    parts.table.replaceChildren(caption, headings, lines);
    parts.without.textContent = without ?? "";
  }

  /** Show the state in the controls and, from its first rows, in the table. */
  function refresh() {
    const [state] = admit(model.get("definition").controls, model.get("state"));
    for (const [id, control] of Object.entries(fields)) {
      control.say();
      control.show(state[id]);
    }
    limit = WINDOW;
    draw();
  }

  const watched = { definition: build, title: build, rows: refresh, rectangles: refresh, state: refresh };
  for (const [name, act] of Object.entries(watched)) model.on(`change:${name}`, act);
  build();
  return () => {
    for (const [name, act] of Object.entries(watched)) model.off(`change:${name}`, act);
  };
}

export default { render };
