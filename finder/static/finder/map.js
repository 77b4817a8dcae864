// A card and its point go together; and a map that moves, for who asks for it. The drawing and its
// links are the page's own and need none of this.
(() => {
  "use strict";
  const section = () => document.getElementById("map");
  const cardOf = (slug) => document.getElementById(`card-${slug}`);
  const slugsOf = (mark) => (mark.dataset.cards ? mark.dataset.cards.split(" ") : []);

  // -- a card and its point ---------------------------------------------------------------------
  const clear = () => {
    document.querySelectorAll(".is-chosen").forEach((one) => one.classList.remove("is-chosen"));
  };
  const choose = (target) => {
    clear();
    const mark = target.closest?.("[data-cards]");
    if (mark) {
      slugsOf(mark).map(cardOf).filter(Boolean).forEach((card) => card.classList.add("is-chosen"));
      return;
    }
    const card = target.closest?.(".card[id]");
    if (!card) return;
    const slug = card.id.slice("card-".length);
    document.querySelectorAll("#map [data-cards]").forEach((one) => {
      if (slugsOf(one).includes(slug)) one.classList.add("is-chosen");
    });
  };
  document.addEventListener("focusin", (event) => choose(event.target));
  document.addEventListener("mouseover", (event) => {
    if (event.target.closest?.(".card[id], [data-cards]")) choose(event.target);
  });
  document.addEventListener("mouseout", (event) => {
    if (event.target.closest?.(".card[id], [data-cards]")) choose(document.activeElement);
  });

  // A point of this page's list leads to the name on its card, which is then in focus too.
  const goToCard = (address) => {
    const link = document.querySelector(`#${CSS.escape(address.slice(1))} .card-name a`);
    if (!link) return false;
    link.closest(".card").scrollIntoView({ block: "center" });
    link.focus({ preventScroll: true });
    return true;
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("a.map-mark");
    const address = mark?.getAttribute("href") || "";
    if (address.startsWith("#card-") && goToCard(address)) event.preventDefault();
  });

  // -- the map that moves -----------------------------------------------------------------------
  const load = (make) =>
    new Promise((done, failed) => {
      const element = make();
      element.addEventListener("load", done);
      element.addEventListener("error", failed);
      document.head.append(element);
    });
  const leaflet = async ({ style, script }) => {
    if (window.L) return;
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
    const code = Object.assign(document.createElement("script"), { src: script });
    await Promise.all([load(() => sheet), load(() => code)]);
  };
  const answer = async (address) => {
    const response = await fetch(address, { credentials: "omit", cache: "no-store" });
    if (!response.ok) throw new Error(`${response.status}`);
    return response.json();
  };

  const colour = (name) => getComputedStyle(section()).getPropertyValue(name).trim();
  // Over pictures of streets the outline is a line alone.
  const outlineStyle = (feature) => ({
    color: colour("--map-line"),
    weight: 1,
    dashArray: feature.properties.kind === "border" ? "3 2" : null,
    fill: feature.properties.kind !== "border" && !section().dataset.tiles,
    fillColor: colour(feature.properties.kind === "land" ? "--map-land" : "--map-context"),
    fillOpacity: 1,
    interactive: false,
  });

  const follow = (address) => {
    if (address.startsWith("#card-") && goToCard(address)) return;
    window.location.assign(address);
  };

  const shortened = (count) => (count < 1000 ? `${count}` : `${(count / 1000).toFixed(count < 9950 ? 1 : 0)}k`);
  const addNumber = (mark, here, layer) => {
    const icon = L.divIcon({
      className: `map-number${mark.cards.length ? " on-page" : ""}`,
      html: shortened(Number(mark.count)),
      iconSize: [36, 24],
    });
    L.marker(here, { icon, interactive: false, keyboard: false }).addTo(layer);
  };

  const CLOSEST = 16;
  const addName = (name, layer) => {
    const element = document.createElement("span");
    element.textContent = name.text;
    element.className = `map-place${name.on_left ? " on-left" : ""}${name.covered ? " covered" : ""}`;
    const icon = L.divIcon({ className: "map-place-at", html: element, iconSize: [0, 0] });
    L.marker([name.latitude, name.longitude], { icon, interactive: false, keyboard: false }).addTo(layer);
  };

  const addOrigin = (origin, map) => {
    const [latitude, longitude, miles] = origin.split(",").map(Number);
    const ember = { color: colour("--ember"), fill: false, interactive: false };
    L.circleMarker([latitude, longitude], { ...ember, radius: 9, weight: 2 }).addTo(map);
    if (miles) L.circle([latitude, longitude], { ...ember, radius: miles * 1609.344, weight: 1.5, dashArray: "5 3" }).addTo(map);
  };

  // A cluster is parted by looking closer, while that can part it.
  const press = (mark, here, map) => {
    if (mark.count > 1 && !mark.address.startsWith("#") && map.getZoom() < CLOSEST) {
      map.setView(here, Math.min(map.getZoom() + 2, CLOSEST));
      return;
    }
    follow(mark.address);
  };

  const addMark = (mark, layer, map) => {
    const turns = Math.round((map.getCenter().lng - mark.longitude) / 360);
    const here = [mark.latitude, mark.longitude + 360 * turns];
    const ours = mark.cards.length > 0;
    const accent = colour("--accent");
    if (mark.metres) {
      L.circle(here, { radius: mark.metres, color: accent, weight: 1, dashArray: "3 3", fillOpacity: 0.14, interactive: false }).addTo(layer);
    }
    const point = L.circleMarker(here, {
      radius: 12,
      color: accent,
      weight: 2,
      dashArray: mark.metres ? "4 3" : null,
      fillColor: ours && !mark.metres ? accent : colour("--surface"),
      fillOpacity: 1,
    }).addTo(layer);
    const words = document.createElement("span");
    words.textContent = mark.words;
    point.bindTooltip(words);
    point.on("click", () => press(mark, here, map));
    const shape = point.getElement();
    shape.setAttribute("tabindex", "0");
    shape.setAttribute("role", "link");
    shape.setAttribute("aria-label", mark.words);
    if (ours) shape.dataset.cards = mark.cards.join(" ");
    shape.addEventListener("keydown", (event) => {
      if (event.key === "Enter") press(mark, here, map);
    });
    shape.addEventListener("focus", () => point.openTooltip());
    shape.addEventListener("blur", () => point.closeTooltip());
    if (mark.count > 1) addNumber(mark, here, layer);
  };

  // Looking closer takes the mark in focus away: the one nearest the middle follows it.
  const focusMiddle = (map, layer) => {
    const shown = layer.getLayers().filter((one) => one instanceof L.CircleMarker && !(one instanceof L.Circle));
    const apart = (one) => map.getCenter().distanceTo(one.getLatLng());
    shown.sort((one, other) => apart(one) - apart(other));
    (shown[0]?.getElement() || map.getContainer()).focus({ preventScroll: true });
  };

  // The marks of what is in view, from our own host; only the last answer asked for is drawn.
  const refresh = async (map, layer, points, asked) => {
    const own = (asked.last += 1);
    const box = map.getBounds();
    const address = new URL(points, window.location.href);
    const sides = { zoom: map.getZoom(), west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth() };
    Object.entries(sides).forEach(([name, value]) => address.searchParams.set(name, value));
    const { marks, names } = await answer(address);
    if (own !== asked.last) return;
    const inFocus = map.getPane("overlayPane").contains(document.activeElement);
    layer.clearLayers();
    if (!map.options.hasTiles) names.forEach((name) => addName(name, layer));
    marks.forEach((mark) => addMark(mark, layer, map));
    if (inFocus) focusMiddle(map, layer);
  };

  const open = async (button) => {
    const here = section();
    button.disabled = true;
    try {
      await leaflet(here.dataset);
      const outline = await answer(here.dataset.outline);
      const [south, west, north, east] = here.dataset.box.split(",").map(Number);
      const live = here.querySelector(".map-live");
      here.querySelector(".map-frame").hidden = true;
      here.querySelector(".map-more").hidden = true;
      live.hidden = false;
      const map = L.map(live, { zoomControl: false, zoomSnap: 0.5, maxZoom: CLOSEST, minZoom: 2, attributionControl: Boolean(here.dataset.tiles), hasTiles: Boolean(here.dataset.tiles) });
      L.control.zoom({ zoomInTitle: here.dataset.closer, zoomOutTitle: here.dataset.further }).addTo(map);
      map.attributionControl?.setPrefix(false);
      map.fitBounds([[south, west], [north, east]], { animate: false });
      L.geoJSON(outline, { style: outlineStyle, interactive: false }).addTo(map);
      if (here.dataset.tiles) {
        const credit = document.createElement("span");
        credit.textContent = here.dataset.credit;
        L.tileLayer(here.dataset.tiles, { attribution: credit.innerHTML, referrerPolicy: "no-referrer", maxZoom: CLOSEST }).addTo(map);
      }
      if (here.dataset.origin) addOrigin(here.dataset.origin, map);
      L.control.scale({ imperial: true, metric: false }).addTo(map);
      const layer = L.layerGroup().addTo(map);
      const asked = { last: 0 };
      const again = () => refresh(map, layer, here.dataset.points, asked).catch(() => {});
      map.on("moveend", again);
      live.setAttribute("role", "region");
      live.setAttribute("aria-label", here.dataset.words);
      live.focus({ preventScroll: true });
      await again();
    } catch {
      button.disabled = false;
      button.textContent = here.dataset.failed;
    }
  };

  const ready = () => {
    const more = section()?.querySelector(".map-more");
    if (more) more.hidden = false;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".map-open");
    if (button) open(button);
  });
  document.addEventListener("DOMContentLoaded", ready);
  document.addEventListener("htmx:afterSwap", ready);
})();
