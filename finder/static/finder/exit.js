// “Exit this page” is a plain link. With JavaScript this page leaves the history as well, and what
// it shows is gone at once, however slow the next one is.
(() => {
  "use strict";
  const link = document.getElementById("exit");
  if (!link) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    document.title = new URL(link.href).hostname;
    window.location.replace(link.href);
  });
})();
