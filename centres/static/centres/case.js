/* Comfort on the page of a case. Everything on it works without this. */
(() => {
  "use strict";

  const forms = [...document.querySelectorAll(".case-form form")];
  const touched = new Set();

  /* Straight to the first answer of the criterion the address names. */
  function goToForm() {
    const id = decodeURIComponent(location.hash.slice(1));
    const section = id.startsWith("criterion-") ? document.getElementById(id) : null;
    const details = section?.querySelector(".case-form");
    if (!details) return;
    details.open = true;
    const field = details.querySelector(".errors input, .errors select, .errors textarea")
      || details.querySelector("input[type=radio]:checked, input[type=radio]");
    field?.focus({ preventScroll: true });
  }

  /* From the list of criteria without asking for the page again, which would lose what is typed. */
  for (const link of document.querySelectorAll(".case-contents a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (location.hash === link.hash) goToForm();
      location.hash = link.hash;
    });
  }

  /* A document that is too large is told so before it is sent. */
  function weigh(input) {
    const most = Number(input.dataset.mostBytes);
    const size = input.files[0]?.size || 0;
    const words = `This document has ${(size / 1048576).toFixed(1)} MB; it may have ${most / 1048576}.`;
    input.setCustomValidity(size > most ? words : "");
    input.reportValidity();
  }

  for (const form of forms) {
    form.addEventListener("input", () => touched.add(form));
    form.addEventListener("submit", () => touched.delete(form));
    form.querySelector("input[type=file]")?.addEventListener("change", (event) => weigh(event.target));
  }

  /* What was typed for another criterion would be lost: the browser asks first. */
  addEventListener("beforeunload", (event) => {
    if (touched.size) event.preventDefault();
  });

  /* One press, one step. */
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  /* The browser itself goes to the criterion once all is there; whoever types already stays. */
  addEventListener("load", () => {
    if (!document.activeElement?.closest(".case-form form, .case-steps form")) goToForm();
  });
  addEventListener("hashchange", goToForm);
})();
