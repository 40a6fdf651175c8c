/* Shows the installations of the list on a map: one by one where they are few, gathered where they are many.
   The background is the outline of the land; where a tile server is set, its tiles. */
(() => {
  "use strict";

  const holder = document.getElementById("carte");
  if (!holder || !window.L) {
    return;
  }
  const status = document.getElementById("carte-etat");
  const number = new Intl.NumberFormat("fr-FR");
  holder.textContent = "";

  const map = L.map(holder, { zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 18, zoomSnap: 0.5 });
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
  const credit = L.control.attribution({ prefix: false }).addTo(map);
  const marks = L.layerGroup().addTo(map);
  let asked = null;

  function drawBackground() {
    if (holder.dataset.tiles) {
      L.tileLayer(holder.dataset.tiles, { maxZoom: 18 }).addTo(map);
      credit.addAttribution(escaped(holder.dataset.credit));
      return;
    }
    credit.addAttribution("Fond : Natural Earth");
    fetch(holder.dataset.land)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((land) => {
        const style = (country) => ({ className: country.properties.here ? "map-land" : "map-land map-land--other" });
        L.geoJSON(land, { interactive: false, style }).addTo(map).bringToBack();
      })
      .catch(() => say("Le fond de carte n’a pas pu être chargé."));
  }

  function escaped(text) {
    const holder = document.createElement("span");
    holder.textContent = text;
    return holder.innerHTML;
  }

  function say(text) {
    status.textContent = text;
  }

  function showAsked() {
    const [west, south, east, north] = document.getElementById("resultats").dataset.box.split(",").map(Number);
    map.fitBounds([[south, west], [north, east]], { padding: [24, 24], maxZoom: 13, animate: false });
  }

  async function load() {
    if (asked) {
      asked.abort();
    }
    const mine = (asked = new AbortController());
    const box = map.getBounds().pad(0.1);
    const question = new URLSearchParams(window.location.search);
    question.delete("page");
    question.set("zone", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((d) => d.toFixed(5)).join(","));
    question.set("zoom", String(Math.floor(map.getZoom())));
    try {
      const answer = await fetch(`${holder.dataset.points}?${question}`, { signal: mine.signal });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      draw((await answer.json()).cells);
    } catch (error) {
      if (error.name !== "AbortError") {
        say("La carte n’a pas pu être mise à jour. La liste, elle, est complète.");
      }
    }
  }

  function draw(cells) {
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : "";
    marks.clearLayers();
    cells.forEach((cell) => addMark(cell));
    const seen = cells.reduce((sum, cell) => sum + cell.sites, 0);
    say(seen ? `${number.format(seen)} ${seen > 1 ? "installations" : "installation"} sur cette partie de la carte.` : "Aucune installation sur cette partie de la carte.");
    if (focused) {
      const again = holder.querySelector(`[data-key="${CSS.escape(focused)}"]`);
      if (again) {
        again.focus({ preventScroll: true });
      }
    }
  }

  function addMark(cell) {
    const size = cell.sites === 1 ? 18 : Math.round(24 + 6 * Math.log10(cell.sites));
    const title = cell.sites === 1 ? cell.named[0].name : `${number.format(cell.sites)} installations`;
    const icon = L.divIcon({
      className: "map-mark",
      html: cell.sites === 1 ? "" : escaped(shortNumber(cell.sites)),
      iconSize: [size, size],
    });
    const mark = L.marker(cell.place, { icon, title, keyboard: true, riseOnHover: true }).addTo(marks);
    const element = mark.getElement();
    element.setAttribute("aria-label", title);
    element.dataset.key = `${cell.place.join(",")}/${cell.sites}`;
    mark.on("click keypress", (event) => {
      if (event.type === "keypress" && event.originalEvent.key !== "Enter") {
        return;
      }
      open(cell, mark);
    });
  }

  function shortNumber(count) {
    return count < 1000 ? String(count) : `${number.format(Math.round(count / 100) / 10)} k`;
  }

  function open(cell, mark) {
    const isOnePlace = L.latLngBounds(cell.extent).getNorthWest().distanceTo(L.latLngBounds(cell.extent).getSouthEast()) < 30;
    if (cell.named.length && (cell.sites === 1 || isOnePlace || map.getZoom() >= 15)) {
      L.popup({ offset: [0, -6] }).setLatLng(mark.getLatLng()).setContent(names(cell)).openOn(map);
    } else {
      map.fitBounds(cell.extent, { padding: [60, 60], maxZoom: Math.min(18, map.getZoom() + 4) });
    }
  }

  function names(cell) {
    const list = document.createElement("ul");
    cell.named.forEach((site) => {
      const line = list.appendChild(document.createElement("li"));
      const link = line.appendChild(document.createElement("a"));
      link.href = site.url;
      link.textContent = site.name;
      line.appendChild(document.createElement("span")).textContent = site.city || "";
    });
    return list;
  }

  map.on("popupopen", (event) => {
    const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", "Fermer");
    close.setAttribute("title", "Fermer");
  });
  map.on("moveend", load);
  // The list was renewed by a filter, or by going back: the map follows it.
  document.body.addEventListener("htmx:afterSettle", () => showAskedAndLoad());

  function showAskedAndLoad() {
    map.closePopup();
    map.off("moveend", load);
    showAsked();
    map.on("moveend", load);
    load();
  }

  drawBackground();
  showAskedAndLoad();
})();
