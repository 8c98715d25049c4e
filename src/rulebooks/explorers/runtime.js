/* Stands in for the Jupyter model on a page without a kernel; the state that differs from the page's own lives in the URL fragment. */

const compiled = (window.rulebooksExplorers ??= {});
const linked = Object.keys(stored())[0];

function stored() {
  try {
    const all = JSON.parse(decodeURIComponent(location.hash.slice(2)));
    return location.hash.startsWith("#~") && all instanceof Object ? all : {};
  } catch {
    return {};
  }
}

/** The references as text, from a file of the site that is loaded when somebody asks for it. */
function citations(path) {
  if (window.rulebooksCitations) return window.rulebooksCitations;
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = path;
    script.addEventListener("load", () => done(window.rulebooksCitations));
    script.addEventListener("error", () => failed(new Error("the file with the references is missing")));
    document.head.append(script);
  });
}

/** The rows of a table that is stored by columns, each of values or of places in a list of values. */
function unpack({ names, columns, pools, count }) {
  const at = (place, row) => (pools[place] ? pools[place][columns[place][row]] : columns[place][row]);
  return Array.from({ length: count }, (_, row) => Object.fromEntries(names.map((name, place) => [name, at(place, row)])));
}

class PageModel {
  constructor(values) {
    Object.assign(this, { values, listeners: {} });
    this.read();
    window.addEventListener("hashchange", () => this.read());
  }
  read() {
    const all = stored();
    const { name } = this.values;
    const own = Object.hasOwn(all, name) && all[name] instanceof Object ? all[name] : {};
    this.set("state", settled(this.values.definition.controls, own, this.values.opening));
  }
  get(key) {
    if (key === "address") return location.href;
    return key === "citations" ? citations(this.values.citations) : this.values[key];
  }
  set(key, value) {
    if (same(this.values[key], value)) return;
    this.values[key] = value;
    for (const act of this.listeners[`change:${key}`] ?? []) act();
  }
  on(event, act) {
    (this.listeners[event] ??= []).push(act);
  }
  off(event, act) {
    this.listeners[event] = this.listeners[event].filter((each) => each !== act);
  }
  save_changes() {
    const all = stored();
    const { name, state, opening, definition } = this.values;
    delete all[name];
    const implied = preset(definition.controls, state);
    const said = Object.entries(state).filter(([key, value]) => !same(value, opening[key]) && !Object.hasOwn(implied, key));
    if (said.length) all[name] = Object.fromEntries(said);
    const fragment = Object.keys(all).length ? `#~${encodeURIComponent(JSON.stringify(all))}` : "";
    history.replaceState(history.state, "", location.pathname + location.search + fragment);
  }
}

for (const place of document.querySelectorAll("section[data-rulebooks-explorer]")) {
  const { name, title, params, data, citations } = JSON.parse(place.dataset.rulebooksExplorer);
  if (!Object.hasOwn(compiled, data)) continue;
  const { definition, packed, references } = compiled[data];
  const link = ([place, pinpoint]) => ({ ...references[place], pinpoint });
  const rows = (compiled[data].rows ??= unpack(packed).map((row) => ({ ...row, sources: row.sources.map(link) })));
  const rectangles = (compiled[data].rectangles ??= Object.fromEntries(rows.map((row) => [row.id, row.rectangles])));
  const live = document.createElement("div");
  live.id = place.id;
  place.replaceWith(live);
  const opening = settled(definition.controls, params);
  explorer.render({ model: new PageModel({ name, title, definition, rows, rectangles, opening, citations }), el: live });
  if (name === linked) live.scrollIntoView({ behavior: "instant" });
}
