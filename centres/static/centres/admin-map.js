// Draws a centre's coordinates among its neighbours. There are no tiles: nothing is asked of any
// other host. The words beside the map say the same, so without this script nothing is missing.
"use strict";

(() => {
  const RINGS = [
    [1, "1 mile"],
    [5, "5 miles"],
  ];
  const METRES_A_MILE = 1609.344;

  const colours = (element) => {
    const style = getComputedStyle(element);
    return { ink: style.color, link: getComputedStyle(document.querySelector("a")).color };
  };

  const drawRings = (map, here, ink) => {
    for (const [miles, label] of RINGS) {
      const metres = miles * METRES_A_MILE;
      L.circle(here, { radius: metres, color: ink, weight: 1, opacity: 0.35, fill: false, interactive: false }).addTo(map);
      const north = L.latLng(here).toBounds(2 * metres).getNorth();
      L.marker([north, here[1]], {
        icon: L.divIcon({ className: "where-ring", html: label, iconSize: null }),
        interactive: false,
        keyboard: false,
      }).addTo(map);
    }
  };

  const drawNeighbours = (map, neighbours, ink) => {
    for (const [label, latitude, longitude] of neighbours) {
      L.circleMarker([latitude, longitude], { radius: 5, color: ink, weight: 1, fillOpacity: 0.3 })
        .bindTooltip(document.createTextNode(label).textContent.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`))
        .addTo(map);
    }
  };

  const draw = (element) => {
    const drawing = JSON.parse(document.getElementById(element.dataset.map).textContent);
    const here = [drawing.latitude, drawing.longitude];
    element.hidden = false;
    const { ink, link } = colours(element);
    const map = L.map(element, { attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.5 });
    map.fitBounds(L.latLng(here).toBounds(2 * 2.5 * METRES_A_MILE));
    L.control.scale({ imperial: true, metric: true }).addTo(map);
    drawRings(map, here, ink);
    drawNeighbours(map, drawing.neighbours, ink);
    L.circle(here, { radius: drawing.radius, color: link, weight: 1, fillOpacity: 0.15, interactive: false }).addTo(map);
    L.circleMarker(here, { radius: 7, color: link, weight: 2, fillOpacity: 0.9, className: "where-here", interactive: false }).addTo(map);
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", `Map of ${drawing.name} and the centres around it; the words beside it say the same`);
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-map]").forEach(draw);
  });
})();
