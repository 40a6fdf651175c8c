/* A line of the nomenclature chosen in the list fills rubrique, alinéa and régime (see search.js).
   Without this script the button « Chercher » shows the lines to choose from. */
(() => {
  "use strict";

  document.querySelectorAll("[data-nomenclature]").forEach((root) => {
    const { form } = root.querySelector("input");
    root.querySelectorAll("[data-without-script]").forEach((button) => {
      button.hidden = true;
    });
    root.addEventListener("combobox:chosen", (event) => {
      event.preventDefault();
      for (const [name, value] of Object.entries(event.detail.values)) form.elements[name].value = value;
      root.querySelector("[role=status]").textContent =
        `Choisi : ${event.detail.name}, ${event.detail.id}. ${event.detail.place}`;
    });
  });

  /* What is wrong is read first. */
  document.querySelector("[data-summary]")?.focus();
})();
