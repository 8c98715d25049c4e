/** Small services of every page: printing with folds open, and search results that work from a file. */
(() => {
  // On paper nothing can be unfolded. A chart's table is printed only where the chart was not drawn.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")].filter(
      (fold) => !fold.matches("figure[data-drawn] > .chart-data"),
    );
    opened.forEach((fold) => (fold.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));

  // Sphinx fetches each result to show a passage of it, which a browser refuses for files.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
})();
