/**
 * Charts: each figure is drawn when it comes near the window, in the colours of the page's theme.
 * The drawing library is a script of this site, fetched once, and only by a page whose reader comes to a chart.
 * A change of theme or width sets signals of the drawing; what a reader has chosen in it stays.
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

  /** Give a drawing the colours of the page's theme and, where it follows the page, its width. */
  async function fit(figure) {
    const { view, follows } = drawn.get(figure);
    const style = getComputedStyle(document.documentElement);
    const width = (drawn.get(figure).width = view.container().clientWidth);
    view.signal("page_ink", style.getPropertyValue("--pst-color-text-base").trim());
    view.signal("page_line", style.getPropertyValue("--pst-color-border").trim());
    view.signal("page_narrow", width < 520);
    if (follows && width) view.width(width);
    await view.runAsync();
    // Marks without a name of their own are no figures to a screen reader: the description and the table are.
    figure.querySelectorAll('g[role="graphics-symbol"]:not([aria-label])').forEach((mark) => mark.removeAttribute("role"));
    figure.dataset.drawn = document.documentElement.dataset.theme ?? "light";
  }

  /** Draw a figure for the first time, its bound inputs below the picture. */
  async function draw(figure) {
    const place = figure.querySelector(".chart-view");
    try {
      const spec = JSON.parse(figure.querySelector(".chart-spec").textContent);
      await load();
      const [picture, inputs] = ["picture", "inputs"].map((name) => Object.assign(document.createElement("div"), { className: name }));
      place.replaceChildren(picture, inputs);
      const options = { renderer: "svg", container: picture, bind: inputs, hover: true };
      const view = new window.vega.View(window.vega.parse(spec), options);
      figure.view = view; // for whoever wants to look inside: the console, a test
      drawn.set(figure, { view, follows: spec.autosize?.type === "fit-x" });
      await fit(figure);
      new ResizeObserver(() => picture.clientWidth === drawn.get(figure).width || fit(figure)).observe(picture);
    } catch (error) {
      place.textContent = `The chart could not be drawn (${error.message}); its data stand in the table.`;
      figure.dataset.drawn = "failed";
      figure.querySelector("details")?.setAttribute("open", "");
    }
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

  new MutationObserver(() => [...drawn.keys()].forEach(fit)).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
})();
