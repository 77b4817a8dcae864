// Small comforts for the results page, which works without them.
(() => {
  "use strict";
  const wide = window.matchMedia("(min-width: 60rem)");
  const byId = (id) => document.getElementById(id);

  if (wide.matches && byId("all-filters")) byId("all-filters").open = true;

  // A refresh puts new filters in place of the old: what was open, in focus and in view stays so.
  let before = null;
  document.addEventListener("htmx:beforeSwap", () => {
    const open = document.querySelectorAll("#found details[open][id]");
    before = {
      open: Array.from(open, (element) => element.id),
      focus: document.activeElement ? document.activeElement.id : "",
      top: window.scrollY,
    };
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!before) return;
    before.open.map(byId).filter(Boolean).forEach((element) => { element.open = true; });
    const focus = byId(before.focus) || byId("all-filters")?.querySelector("summary");
    if (focus) focus.focus({ preventScroll: true });
    window.scrollTo({ top: before.top, behavior: "instant" });
    before = null;
    shown = byId("found").dataset.address;
    window.history.pushState(null, "", shown);
  });

  // Even with its history off, htmx writes the address of a search to the visitor's device as it
  // loads: that is taken out at once. The browser's own history serves.
  try {
    window.sessionStorage.removeItem("htmx-current-path-for-history");
  } catch {
    // Storage is closed to the page: then nothing was written either.
  }
  let shown = window.location.pathname + window.location.search;
  window.addEventListener("popstate", () => {
    if (window.location.pathname + window.location.search !== shown) window.location.reload();
  });
})();
