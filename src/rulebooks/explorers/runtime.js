/* Stands in for the Jupyter model on a page without a kernel; the state that differs from the page's own lives in the URL fragment. */

const compiled = (window.rulebooksExplorers ??= {});
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function stored() {
  try {
    const all = JSON.parse(decodeURIComponent(location.hash.slice(2)));
    return location.hash.startsWith("#~") && all instanceof Object ? all : {};
  } catch {
    return {};
  }
}

class PageModel {
  constructor(name, opening, values) {
    Object.assign(this, { name, opening, values, listeners: {} });
    this.read();
    window.addEventListener("hashchange", () => this.read());
  }
  read() {
    const all = stored();
    const own = Object.hasOwn(all, this.name) && all[this.name] instanceof Object ? all[this.name] : {};
    this.set("state", { ...this.opening, ...own });
  }
  get(key) {
    return this.values[key];
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
    delete all[this.name];
    const changed = Object.entries(this.values.state).filter(([key, value]) => !same(value, this.opening[key]));
    if (changed.length) all[this.name] = Object.fromEntries(changed);
    const fragment = Object.keys(all).length ? `#~${encodeURIComponent(JSON.stringify(all))}` : "";
    history.replaceState(history.state, "", location.pathname + location.search + fragment);
  }
}

for (const place of document.querySelectorAll("section[data-rulebooks-explorer]")) {
  const { name, title, params, data } = JSON.parse(place.dataset.rulebooksExplorer);
  if (!Object.hasOwn(compiled, data)) continue;
  const { definition, rows, rectangles } = compiled[data];
  const opening = { ...Object.fromEntries(definition.controls.map(({ id, value }) => [id, value])), ...params };
  const live = document.createElement("div");
  live.id = place.id;
  place.replaceWith(live);
  explorer.render({ model: new PageModel(name, opening, { title, definition, rows, rectangles }), el: live });
}
