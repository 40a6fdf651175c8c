// The choice of orders goes into the address as it is made: it can be shared, and *back* finds it again.
// « Tout sélectionner » and « Tout désélectionner » without loading the page again; without this script they are links.
// The contents start closed on a narrow screen, where they would hide the text.
(() => {
  const contents = document.querySelector("[data-contents]");
  if (contents && !matchMedia("(min-width: 62rem)").matches) contents.open = false;

  const form = document.querySelector("[data-orders]");
  if (!form) return;
  const ticks = () => [...form.querySelectorAll('input[name="am"], input[name="ap"]')];

  const keep = () => {
    const address = new URL(location.href);
    const chosen = ticks().filter((tick) => tick.checked);
    address.search = "";
    for (const tick of chosen) address.searchParams.append(tick.name, tick.value);
    if (!chosen.length) address.searchParams.set("choix", "aucun");
    history.replaceState(history.state, "", address);
  };

  form.addEventListener("change", keep);
  for (const link of form.querySelectorAll("[data-choose]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      for (const tick of ticks()) tick.checked = link.dataset.choose === "all";
      if (link.dataset.choose === "all") {
        for (const fold of form.querySelectorAll("details")) fold.open = true;
      }
      keep();
    });
  }
})();
