/**
 * An explorer: labelled controls, and a table of the rows that they select.
 *
 * The same module runs in Jupyter, where `model` is kept in step with Python, and on a page without a kernel, where
 * `runtime.js` stands in for the model. It filters and tests compiled rectangles of dates; it knows no law and computes
 * no figure. Text from the record enters the page as text nodes and attributes only.
 */

const WINDOW = 200;
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
  switch (control.kind) {
    case "choice":
      if (value === null ? control.any : offered(value)) return undefined;
      return `${control.label}: “${value}” is not among the options.`;
    case "choices":
      if (Array.isArray(value) && value.every(offered)) return undefined;
      return `${control.label}: “${value}” is not a choice among the options.`;
    default:
      if (!isDay(value)) return `${control.label}: “${value}” is not a day; write it as ${control.example}.`;
      if (control.maximum && value > control.maximum)
        return `${control.label}: ${value} is after the record's date; choose ${control.maximum} or an earlier day.`;
      return undefined;
  }
}

/** The state with what cannot stand replaced by the opening value, and the sentences that say so. */
function admit(controls, wanted) {
  const state = {};
  const faults = [];
  for (const control of controls) {
    const value = Object.hasOwn(wanted, control.id) ? wanted[control.id] : control.value;
    const wrong = fault(control, value);
    if (wrong) faults.push(wrong);
    state[control.id] = wrong ? control.value : value;
  }
  const known = new Set(controls.map((control) => control.id));
  for (const id of Object.keys(wanted)) if (!known.has(id)) faults.push(`There is no control “${id}”.`);
  return [state, faults];
}

/* ---- which rows a state selects ---- */

const within = (day, from, until) => (!from || from <= day) && (!until || day < until);

/** What the compiled rectangles say of one row on a day, as known on another; nothing where the law then has no more to say. */
function answer(compiled, asOf, knownOn) {
  const stage = compiled.stages.find(([knownFrom, knownUntil]) => within(knownOn, knownFrom, knownUntil));
  if (!stage) return undefined;
  const [, , applies_from, applies_until, over] = stage;
  if (asOf >= over) return undefined;
  const side = asOf > knownOn ? "future" : "past";
  const find = (boxes) =>
    boxes.find(
      ([from, until, knownFrom, knownUntil, only]) =>
        within(asOf, from, until) && within(knownOn, knownFrom, knownUntil) && (!only || only === side),
    );
  const [, , , , , verdict, why] = find(compiled.verdict);
  const [, , , , , enforceable, whether] = find(compiled.enforceable);
  const reason = [why, whether].filter(Boolean).join("; ");
  return { status: verdict === "no" ? "law" : verdict, verdict, enforceable, reason, applies_from, applies_until };
}

const PREDICATES = {
  equals: (cell, value) => cell === value,
  in: (cell, values) => values.includes(cell),
  "contains-any": (cells, value) => cells.some((cell) => (Array.isArray(value) ? value.includes(cell) : cell === value)),
};

function select(definition, rows, rectangles, state) {
  const chosen = [];
  for (const row of rows) {
    let kept = row;
    for (const { op, column, control } of definition.predicates) {
      if (op === "in-force") {
        const found = answer(rectangles[row[column]], ...control.map((id) => state[id]));
        kept = found && { ...kept, ...found };
      } else if (state[control] !== null && !PREDICATES[op](row[column], state[control])) kept = undefined;
      if (!kept) break;
    }
    if (kept) chosen.push(kept);
  }
  return chosen;
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
    const input = element("fieldset", { id }, element("legend", {}, control.label), labels);
    return { nodes: [input], input, show: (values) => boxes.forEach((box) => (box.checked = values.includes(box.value))) };
  },
  date(control, id, change) {
    const settle = () => change(input.value.trim());
    const input = element("input", {
      id,
      type: "text",
      size: 11,
      autocomplete: "off",
      spellcheck: "false",
      input: () => input.value.trim().length >= 10 && settle(),
      change: settle,
    });
    return { nodes: [element("label", { for: id }, control.label), input], input, show: (value) => (input.value = value) };
  },
};

/** A control with its help and its place for a message. */
function field(control, id, change) {
  const made = CONTROLS[control.kind](control, id, change);
  const help = element("p", { class: "help", id: `${id}-help` }, text(control.help));
  const message = element("p", { class: "fault", id: `${id}-fault`, role: "alert" });
  made.input.setAttribute("aria-describedby", `${help.id} ${message.id}`);
  made.say = (sentence) => {
    message.textContent = sentence ?? "";
    if (sentence && control.kind === "date") made.input.setAttribute("aria-invalid", "true");
    else made.input.removeAttribute("aria-invalid");
  };
  made.node = element("div", { class: `control ${control.kind}` }, made.nodes, help, message);
  return made;
}

/** The state in words, for the caption. */
function words(controls, state) {
  const label = (control, value) => control.options.find((option) => option.value === value).label;
  return controls.map((control) => {
    const value = state[control.id];
    if (value === null) return `${control.label}: ${control.any.toLowerCase()}`;
    if (control.kind === "choice") return `${control.label}: ${label(control, value)}`;
    if (control.kind === "choices")
      return `${control.label}: ${value.map((each) => label(control, each)).join(", ") || "none chosen"}`;
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

/** One line a status and one column an option: each cell holds the rows that share both. */
function matrix({ columns, layout, controls }, rows, state) {
  const across = controls.find((control) => control.id === layout.control);
  const shown = across.options.filter((option) => state[across.id].includes(option.value));
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
  return [head([layout.corner, ...shown.map((option) => option.label)]), body(lines.flat())];
}

const LAYOUTS = { list, matrix };

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
    model.set("state", { ...state, [control.id]: value });
    model.save_changes();
  }

  function build() {
    const { intro, controls } = model.get("definition");
    fields = {};
    for (const control of controls)
      fields[control.id] = field(control, `${id}-${control.id}`, (value) => change(control, value));
    const title = model.get("title");
    parts = {
      faults: element("p", { class: "fault", role: "alert" }),
      status: element("p", { class: "status", role: "status" }),
      table: element("table", { role: "table" }),
      more: element("button", { type: "button", click: more }, "Show more"),
    };
    parts.scroll = element("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": `${title}: table` }, parts.table);
    const section = element(
      "section",
      { class: "rulebooks-explorer", "aria-labelledby": id },
      element("p", { class: "title", id }, text(title)),
      element("p", { class: "intro" }, text(intro)),
      element("div", { class: "controls", role: "group", "aria-label": "Controls" }, controls.map((control) => fields[control.id].node)),
      parts.faults,
      parts.status,
      parts.scroll,
      parts.more,
    );
    el.replaceChildren(section);
    refresh();
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
    const rows = select(definition, model.get("rows"), model.get("rectangles"), state);
    const total = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
    parts.status.textContent =
      rows.length > limit ? `${total}; the first ${limit} are shown` : rows.length ? total : `${total}: ${definition.nothing}`;
    parts.more.hidden = rows.length <= limit;
    parts.scroll.hidden = rows.length === 0;
    const caption = element("caption", {}, text(`${definition.caption}. ${words(definition.controls, state).join("; ")}.`));
    parts.table.className = definition.layout.kind;
    parts.table.replaceChildren(caption, ...LAYOUTS[definition.layout.kind](definition, rows.slice(0, limit), state));
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
