// « Tout sélectionner » and « Tout désélectionner » without loading the page again; without this script they are links.
// The contents start closed on a narrow screen, where they would hide the text.
(() => {
  const contents = document.querySelector("[data-contents]");
  if (contents && !matchMedia("(min-width: 62rem)").matches) contents.open = false;

  const form = document.querySelector("[data-orders]");
  if (!form) return;
  const ticks = () => form.querySelectorAll('input[name="am"]');
  for (const link of form.querySelectorAll("[data-choose]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      for (const tick of ticks()) tick.checked = link.dataset.choose === "all";
      if (link.dataset.choose === "all") {
        for (const fold of form.querySelectorAll("details")) fold.open = true;
      }
    });
  }
})();
