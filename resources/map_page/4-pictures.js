// Pictures in three sizes: two in sheets that hold what lies together, and the larger files one by one.
const SHARP_KEPT = 160, SHARP_AT_ONCE = 4;
const SHEETS_KEPT = 32; // of the larger sprites; 4 MB of memory each
const sheets = data.sprites.map((level) => level.files.map((file) => ({ file, pixels: null, asked: false, used: 0 })));
const SHEETS_AT_ONCE = 2; // more would be decoded where the hand wants frames
let loading = 0;
let turn = 0; // how often the map was drawn

function sheetOf(level, i) {
  const { columns } = data.sprites[level], each = columns * columns, cell = data.cells[i];
  const sheet = sheets[level][Math.floor(cell / each)], place = cell % each;
  return { sheet, column: place % columns, row: Math.floor(place / columns) };
}

// A sheet is decoded once, aside from the drawing, and kept as pixels: a browser that holds too many images
// drops what it has decoded and does it again in the middle of a frame.
function load(sheet) {
  sheet.used = turn;
  if (sheet.asked || loading >= SHEETS_AT_ONCE) return;
  sheet.asked = true;
  loading++;
  const image = new Image();
  image.src = sheet.file;
  image.decode().then(() => createImageBitmap(image)).then((pixels) => {
    sheet.pixels = pixels;
    dropIdleSheets();
  }, () => {}).finally(() => { loading--; ask(); });
}

function dropIdleSheets() {
  const held = sheets[1].filter((sheet) => sheet.pixels).sort((a, b) => a.used - b.used);
  for (const sheet of held.slice(0, Math.max(held.length - SHEETS_KEPT, 0))) {
    if (sheet.used === turn) continue; // on the screen now
    sheet.pixels.close();
    Object.assign(sheet, { pixels: null, asked: false });
  }
}

// The part of a sheet that shows an item best at so many device pixels; null while it is on its way.
function spriteFor(i, wanted) {
  const best = wanted > data.sprites[0].px * 1.05 ? 1 : 0;
  let found = null;
  for (const level of [best, 1 - best]) {
    const { sheet, column, row } = sheetOf(level, i);
    if (level <= best) load(sheet); // the small one stands in until the larger is here
    if (sheet.pixels && !found) {
      const px = data.sprites[level].px, most = Math.max(items.w[i], items.h[i]);
      const w = Math.max(1, Math.round((px * items.w[i]) / most)), h = Math.max(1, Math.round((px * items.h[i]) / most));
      found = { image: sheet.pixels, x: column * px, y: row * px, w, h };
    }
  }
  return found;
}

const sharp = new Map(); // item -> { canvas }, the least lately used first
let atOnce = 0;
let wishes = [];

// An item's own picture, for when sprites would be blurred; asked for only once the map rests.
function sharpFor(i, wanted) {
  const known = sharp.get(i);
  if (known && known.px >= wanted * 0.8) {
    sharp.delete(i);
    sharp.set(i, known);
    return known.canvas;
  }
  if (!known || known.canvas) wishes.push([i, wanted]);
  return known ? known.canvas : null;
}

function grantWishes() {
  for (const [i, wanted] of wishes.splice(0)) {
    if (atOnce >= SHARP_AT_ONCE) break;
    const known = sharp.get(i);
    if (known && (!known.canvas || known.px >= wanted * 0.8)) continue;
    makeSharp(i, Math.ceil(wanted / 64) * 64, known ? known.canvas : null);
  }
  while (sharp.size > SHARP_KEPT) sharp.delete(sharp.keys().next().value);
}

function makeSharp(i, px, before) {
  atOnce++;
  const image = new Image(), entry = { px, canvas: before };
  sharp.set(i, entry);
  image.src = pictureOf(i);
  image.decode().then(() => {
    const most = Math.max(items.w[i], items.h[i]), canvas = document.createElement("canvas");
    canvas.width = Math.round((px * items.w[i]) / most);
    canvas.height = Math.round((px * items.h[i]) / most);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    // A pen of less than a pixel is grey; once more makes it ink again.
    if (data.picture === "svg") pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    entry.canvas = canvas;
  }, () => { entry.px = Infinity; }).finally(() => { atOnce--; ask(); });
}

// A sprite as an element, for the legend and the viewer.
function spriteElement(i, side, element = document.createElement("span")) {
  const level = side * devicePixelRatio > data.sprites[0].px * 1.2 ? 1 : 0;
  const { sheet, column, row } = sheetOf(level, i), { px, columns } = data.sprites[level], k = side / px;
  const most = Math.max(items.w[i], items.h[i]);
  element.classList.add("sprite");
  element.style.width = `${(side * items.w[i]) / most}px`;
  element.style.height = `${(side * items.h[i]) / most}px`;
  element.style.backgroundImage = `url("${sheet.file}")`;
  element.style.backgroundSize = `${columns * px * k}px`;
  element.style.backgroundPosition = `${-column * side}px ${-row * side}px`;
  return element;
}
