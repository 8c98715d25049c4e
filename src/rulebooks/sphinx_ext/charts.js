/**
 * Charts: each figure is drawn when it comes near the window, in the colours of the page's theme.
 * The drawing library is a script of this site, fetched once, and only by a page whose reader comes to a chart.
 */
(() => {
  const library = document.currentScript.dataset.vega;
  const figures = [...document.querySelectorAll("figure.chart")];
  const drawn = new Map();
  let loading;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = resolve;
      script.onerror = () => reject(new Error("the drawing library did not load"));
      document.head.append(script);
    });
    return loading;
  }

  function look(width) {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--pst-color-text-base").trim();
    const line = style.getPropertyValue("--pst-color-border").trim();
    const narrow = width < 520;
    const words = { labelColor: ink, titleColor: ink, ...(narrow && { labelLimit: 120, labelFontSize: 11 }) };
    return {
      axis: { ...words, gridColor: line, domainColor: line, tickColor: line },
      legend: { ...words, ...(narrow && { columns: 2 }) },
      header: words,
      title: { color: ink, subtitleColor: ink },
      text: { color: ink },
      rule: { color: ink },
    };
  }

  /** A single view or a layered one takes the width of the page; a facet keeps its own and scrolls. */
  function fitted(spec) {
    const facet = ["row", "column", "facet"].some((channel) => spec.encoding?.[channel]);
    if (!(spec.mark || spec.layer) || facet) return spec;
    return { ...spec, width: "container", autosize: { type: "fit-x", contains: "padding" } };
  }

  /** Draw a specification, its bound inputs below the picture. */
  function shown(spec, view) {
    const [picture, inputs] = ["picture", "inputs"].map((name) => Object.assign(document.createElement("div"), { className: name }));
    view.replaceChildren(picture, inputs);
    const compiled = window.vegaLite.compile(spec).spec;
    return new window.vega.View(window.vega.parse(compiled), { renderer: "svg", container: picture, bind: inputs, hover: true }).runAsync();
  }

  async function draw(figure) {
    const view = figure.querySelector(".chart-view");
    const spec = JSON.parse(figure.querySelector(".chart-spec").textContent);
    try {
      await load();
      drawn.get(figure)?.finalize();
      const narrow = { ...spec, config: merged(spec.config, look(view.clientWidth)) };
      drawn.set(figure, await shown(fitted(narrow), view));
      // Marks without a name of their own are no figures to a screen reader: the description and the table are.
      view.querySelectorAll('g[role="graphics-symbol"]:not([aria-label])').forEach((mark) => mark.removeAttribute("role"));
      figure.dataset.drawn = document.documentElement.dataset.theme ?? "light";
    } catch (error) {
      view.textContent = `The chart could not be drawn (${error.message}); its data stand in the table.`;
      figure.dataset.drawn = "failed";
      figure.querySelector("details")?.setAttribute("open", "");
    }
  }

  /** The chart's own configuration, with the page's colours over it. */
  function merged(own = {}, page) {
    const result = { ...own };
    for (const [key, value] of Object.entries(page)) result[key] = { ...own[key], ...value };
    return result;
  }

  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries.filter((each) => each.isIntersecting)) {
        near.unobserve(entry.target);
        draw(entry.target);
      }
    },
    { rootMargin: "300px" },
  );
  figures.forEach((figure) => near.observe(figure));

  new MutationObserver(() => [...drawn.keys()].forEach(draw)).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
})();
