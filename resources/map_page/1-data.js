// What the page holds: columns of equal length, one entry an item, in the order of the shelf.
const data = JSON.parse(document.getElementById("data").textContent);
const items = data.items;
const count = items.id.length;
const xs = Float32Array.from(items.x), ys = Float32Array.from(items.y);
const indexOf = new Map(items.id.map((id, i) => [id, i]));
const facetKeys = ["cluster", "kind", "book"];
const byId = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

// Titles without accents and capitals, as people type them.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const haystack = items.title.map((title, i) => plain(title + " " + items.id[i]));

const pictureOf = (i) => `pictures/${String(i + 1).padStart(4, "0")}.${data.picture}`;

function factsOf(i) {
  return facetKeys.map((key) => data[key][items[key][i]]).filter((name) => name !== "").join(" · ");
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

const bounds = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
for (let i = 0; i < count; i++) {
  bounds.x0 = Math.min(bounds.x0, xs[i]); bounds.x1 = Math.max(bounds.x1, xs[i]);
  bounds.y0 = Math.min(bounds.y0, ys[i]); bounds.y1 = Math.max(bounds.y1, ys[i]);
}
if (!count) Object.assign(bounds, { x0: -1, y0: -1, x1: 1, y1: 1 });
