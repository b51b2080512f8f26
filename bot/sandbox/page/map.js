// A small drawn map of Kazakhstan: enough to see where a place is, without asking anybody's map server.

import { drawn } from "./dom.js";

const WEST = 45.6;
const EAST = 88.2;
const NORTH = 56.2;
const SOUTH = 40;
const WIDTH = 320;
const HEIGHT = 180;

const BORDER = [
  [46.6, 48.4], [47.1, 49.9], [48.7, 50.6], [50.8, 51.7], [53.6, 51.3], [55.7, 50.6], [58.5, 51.1], [61.5, 50.8],
  [60.1, 52], [61.1, 53], [62.1, 53.1], [64.9, 54.4], [68.2, 55], [70.8, 55.3], [71.2, 54.2], [73.4, 53.5],
  [76.5, 54.2], [77.9, 53.3], [80, 50.8], [83.4, 51], [85.5, 49.6], [87.3, 49.1], [85.8, 48.4], [85.5, 47.1],
  [83, 47.2], [82.3, 45.5], [80, 45], [80.4, 43.1], [80.2, 42.2], [76, 42.9], [73.6, 43.1], [71.2, 42.7],
  [70.4, 42], [68.9, 41.4], [67.9, 41.1], [66.6, 41.2], [66, 42.2], [65.8, 43], [62, 43.5], [58.6, 45.6],
  [56, 45], [56, 41.3], [54.2, 42.3], [52.5, 41.8], [51.3, 43.2], [50.3, 44.4], [51.3, 45.3], [53.1, 45.3],
  [53, 46.9], [51.2, 47.1], [49.2, 46.4], [48.5, 46.6],
];

export const CITIES = [
  { kk: "Алматы", ru: "Алматы", en: "Almaty", latitude: 43.2389, longitude: 76.8897 },
  { kk: "Астана", ru: "Астана", en: "Astana", latitude: 51.1282, longitude: 71.4307 },
  { kk: "Шымкент", ru: "Шымкент", en: "Shymkent", latitude: 42.3417, longitude: 69.5901 },
  { kk: "Талғар", ru: "Талгар", en: "Talgar", latitude: 43.3035, longitude: 77.2401 },
  { kk: "Қарағанды", ru: "Караганда", en: "Karaganda", latitude: 49.8047, longitude: 73.1094 },
  { kk: "Ақтөбе", ru: "Актобе", en: "Aktobe", latitude: 50.2839, longitude: 57.167 },
  { kk: "Атырау", ru: "Атырау", en: "Atyrau", latitude: 47.0945, longitude: 51.9238 },
  { kk: "Өскемен", ru: "Усть-Каменогорск", en: "Oskemen", latitude: 49.9483, longitude: 82.6279 },
];

const across = (longitude) => ((longitude - WEST) / (EAST - WEST)) * WIDTH;
const down = (latitude) => ((NORTH - latitude) / (NORTH - SOUTH)) * HEIGHT;

/** The map with a pin. `onPick(latitude, longitude)` makes it clickable. */
export function kazakhstanMap({ latitude, longitude, label, onPick }) {
  const outline = BORDER.map(([east, north]) => `${across(east).toFixed(1)} ${down(north).toFixed(1)}`).join("L");
  const map = drawn(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "map", role: "img", "aria-label": label },
    drawn("path", { d: `M${outline}Z`, class: "map-land" }),
    ...CITIES.map((city) => drawn("circle", { cx: across(city.longitude), cy: down(city.latitude), r: 1.6, class: "map-city" })),
  );
  if (Number.isFinite(latitude) && Number.isFinite(longitude)) {
    const x = Math.min(Math.max(across(longitude), 6), WIDTH - 6);
    const y = Math.min(Math.max(down(latitude), 18), HEIGHT - 2);
    map.append(
      drawn("path", { d: `M${x} ${y}c-2-5-7-7.5-7-12a7 7 0 0 1 14 0c0 4.5-5 7-7 12z`, class: "map-pin" }),
      drawn("circle", { cx: x, cy: y - 12, r: 2.6, class: "map-eye" }),
    );
  }
  if (onPick) {
    map.classList.add("map-pick");
    map.addEventListener("click", (event) => {
      const box = map.getBoundingClientRect();
      const east = WEST + ((event.clientX - box.left) / box.width) * (EAST - WEST);
      const north = NORTH - ((event.clientY - box.top) / box.height) * (NORTH - SOUTH);
      onPick(Number(north.toFixed(4)), Number(east.toFixed(4)));
    });
  }
  return map;
}
