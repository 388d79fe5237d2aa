// The legend: what is shown, by search, cluster, kind and book, with counts that follow the other choices.
const wanted = { cluster: new Set(), kind: new Set(), book: new Set() };
const headings = { cluster: "Clusters", kind: "Kinds", book: "Books" };
const nobody = { cluster: "in no cluster", kind: "no kind", book: "no book" };
const rows = { cluster: [], kind: [], book: [] };
const FOUND_AT_MOST = 40;
let words = [];

const nameOf = (key, value) => data[key][value] || nobody[key];
const fits = (i) => words.every((word) => word.test(haystack[i]));

// A number is meant whole: 7 is page 7, and neither page 17 nor book sb07.
function pattern(word) {
  const number = /^\d+$/.test(word);
  return number ? new RegExp(`(^|[^\\p{L}\\d])0*${word.replace(/^0+(?=.)/, "")}(?!\\d)`, "u")
    : new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}

const passes = (i, key) => !wanted[key].size || wanted[key].has(items[key][i]);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function applyFilters() {
  const counts = Object.fromEntries(facetKeys.map((key) => [key, new Uint32Array(data[key].length)]));
  for (let i = 0; i < count; i++) {
    const found = fits(i), kept = facetKeys.map((key) => passes(i, key));
    chosen[i] = found && kept.every(Boolean) ? 1 : 0;
    facetKeys.forEach((key, k) => {
      if (found && kept.every((ok, other) => ok || other === k)) counts[key][items[key][i]]++;
    });
  }
  arrange();
  if (over >= 0 && !chosen[over]) setOver(-1);
  for (const key of facetKeys) rows[key].forEach((made, value) => updateRow(made, counts[key][value]));
  sayShown();
  listFound();
  ask();
}

function updateRow(made, number) {
  made.count.textContent = number.toLocaleString("en");
  made.row.classList.toggle("none", number === 0);
}

function sayShown() {
  const noun = count === 1 ? data.level.replace(/s$/, "") : data.level;
  const all = `${count.toLocaleString("en")} ${noun}`;
  byId("shown").textContent = order.length === count ? all : `${order.length.toLocaleString("en")} of ${all}`;
  byId("clear").hidden = order.length === count && !words.length && facetKeys.every((key) => !wanted[key].size);
  byId("empty").hidden = order.length > 0;
  if (!count) byId("empty").textContent = "There is nothing on this map.";
}

function listFound() {
  const list = byId("found");
  list.replaceChildren();
  list.hidden = !words.length || !order.length;
  if (list.hidden) return;
  for (const i of [...order].sort((a, b) => a - b).slice(0, FOUND_AT_MOST)) {
    const button = element("button");
    button.type = "button";
    button.dataset.item = i;
    button.append(spriteElement(i, 28), element("span", "", items.title[i]));
    list.append(button);
  }
}

function buildLegend() {
  for (const key of facetKeys) {
    if (data[key].length === 1 && data[key][0] === "") continue;
    buildColourChoice(key);
    const set = element("fieldset");
    set.dataset.facet = key;
    set.append(element("legend", "", headings[key]));
    data[key].forEach((_, value) => set.append(buildRow(key, value)));
    byId("facets").append(set);
  }
  const first = document.querySelector("#colour input");
  if (first) setColour(first.value);
}

function buildColourChoice(key) {
  const label = element("label", "", headings[key].slice(0, -1)), input = element("input");
  Object.assign(input, { type: "radio", name: "colour", value: key });
  input.addEventListener("change", () => setColour(key));
  label.append(input);
  byId("colour").append(label);
}

function buildRow(key, value) {
  const row = element("label", "row"), box = element("input"), swatch = element("span", "swatch");
  box.type = "checkbox";
  box.value = value;
  const number = element("span", "count");
  row.append(box, swatch, element("span", "name", nameOf(key, value)));
  row.title = nameOf(key, value);
  if (key === "cluster") row.append(typicalOf(value));
  row.append(number);
  box.addEventListener("change", () => {
    if (box.checked) wanted[key].add(value); else wanted[key].delete(value);
    applyFilters();
  });
  const light = (on) => () => { lit = on ? { key, value } : null; ask(); };
  row.addEventListener("pointerenter", light(true));
  row.addEventListener("pointerleave", light(false));
  rows[key][value] = { row, box, swatch, count: number };
  return row;
}

// A cluster's name says little; its pictures nearest to the middle say more.
function typicalOf(value) {
  const strip = element("span", "typical"), members = [];
  strip.setAttribute("aria-hidden", "true");
  let x = 0, y = 0;
  for (let i = 0; i < count; i++) {
    if (items.cluster[i] === value) { members.push(i); x += xs[i]; y += ys[i]; }
  }
  const off = (i) => Math.hypot(xs[i] - x / members.length, ys[i] - y / members.length);
  members.sort((a, b) => off(a) - off(b));
  for (const i of members.slice(0, 3)) strip.append(spriteElement(i, 26));
  return strip;
}

function setColour(key) {
  colourKey = key;
  for (const input of document.querySelectorAll("#colour input")) input.checked = input.value === key;
  paintSwatches();
  ask();
}

function paintSwatches() {
  for (const key of facetKeys) {
    rows[key].forEach(({ swatch }, value) => {
      swatch.hidden = key !== colourKey;
      swatch.style.backgroundColor = colourOf(key, value);
    });
  }
}

function clearFilters() {
  for (const key of facetKeys) {
    wanted[key].clear();
    rows[key].forEach(({ box }) => { box.checked = false; });
  }
  byId("query").value = "";
  search();
}

function search() {
  words = plain(byId("query").value).split(/[\s,]+/).filter(Boolean).map(pattern);
  applyFilters();
}

function listenToFilters() {
  byId("query").addEventListener("input", search);
  byId("query").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && byId("query").value) { event.preventDefault(); byId("query").value = ""; search(); }
    if (event.key === "Enter" && words.length && order.length) open(Math.min(...order));
  });
  byId("clear").addEventListener("click", () => { clearFilters(); canvas.focus({ preventScroll: true }); });
  byId("found").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) open(Number(button.dataset.item));
  });
  byId("fold").addEventListener("click", () => {
    const unfolded = byId("panel").classList.toggle("unfolded");
    byId("fold").setAttribute("aria-expanded", String(unfolded));
  });
}
