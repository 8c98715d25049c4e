/** Small services of every page: printing with folds open, and search results that work from a file. */
(() => {
  // Paper is light, and on it nothing can be unfolded. A chart's table is printed only where the chart was not drawn.
  const root = document.documentElement;
  let opened = [];
  let theme;
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")].filter(
      (fold) => !fold.matches("figure[data-drawn] > .chart-data"),
    );
    opened.forEach((fold) => (fold.open = true));
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    opened.forEach((fold) => (fold.open = false));
    root.dataset.theme = theme;
  });

  // Sphinx fetches each result to show a passage of it, which a browser refuses for files.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
})();
