// Which items are pictures and which are dots, and what lies under a point.
const SMALLEST_PX = 44, LARGEST_PX = 220;
const clearance = new Float32Array(count); // how far, in units of the map, from every item that comes before it
let chosen = new Uint8Array(count).fill(1); // passes the filters
let order = [];                             // the chosen, by falling clearance

const COLUMNS = clamp(Math.round(Math.sqrt(count / 3)), 1, 64);
const grid = Array.from({ length: COLUMNS * COLUMNS }, () => []);
const column = (x) => clamp(Math.floor(((x - bounds.x0) / Math.max(bounds.x1 - bounds.x0, 1e-9)) * COLUMNS), 0, COLUMNS - 1);
const row = (y) => clamp(Math.floor(((y - bounds.y0) / Math.max(bounds.y1 - bounds.y0, 1e-9)) * COLUMNS), 0, COLUMNS - 1);
for (let i = 0; i < count; i++) grid[row(ys[i]) * COLUMNS + column(xs[i])].push(i);

function* cellsIn(x0, y0, x1, y1) {
  for (let r = row(y0); r <= row(y1); r++) {
    for (let c = column(x0); c <= column(x1); c++) yield grid[r * COLUMNS + c];
  }
}

// Farthest-first order (Gonzalez 1985): each next item is the one farthest from all before it. Whatever has a
// clearance of T pixels at some scale can be a picture of side T there: none overlaps another, those shown stay
// shown as one zooms in, and every corner of the map has its picture early.
function arrange() {
  const left = [];
  for (let i = 0; i < count; i++) { clearance[i] = 0; if (chosen[i]) left.push(i); }
  order = [];
  const far = new Float32Array(left.length).fill(Infinity);
  const px = Float32Array.from(left, (i) => xs[i]), py = Float32Array.from(left, (i) => ys[i]);
  let next = 0;
  for (let last = left.length - 1; last >= 0; last--) {
    const i = left[next], x = px[next], y = py[next];
    clearance[i] = far[next];
    order.push(i);
    left[next] = left[last]; px[next] = px[last]; py[next] = py[last]; far[next] = far[last];
    let most = -1;
    for (let j = 0; j < last; j++) {
      const dx = Math.abs(px[j] - x), dy = Math.abs(py[j] - y), d = dx > dy ? dx : dy;
      if (d < far[j]) far[j] = d;
      if (far[j] > most) { most = far[j]; next = j; }
    }
  }
}

// The room of one item while the whole map is seen, were all of them evenly spread.
const evenRoom = (n) => camera.fit * Math.sqrt(((bounds.x1 - bounds.x0) * (bounds.y1 - bounds.y0)) / Math.max(n, 1));

// Few items are shown larger than many; pictures grow as one comes nearer, more slowly than the map does.
function pictureSide() {
  const first = clamp(evenRoom(order.length), SMALLEST_PX, 96);
  return clamp(first * (camera.scale / camera.fit) ** 0.55, SMALLEST_PX * 0.7, LARGEST_PX);
}
const isPicture = (i, side = pictureSide()) => chosen[i] === 1 && clearance[i] * camera.scale >= side;
const dotRadius = () => clamp(evenRoom(count) * 0.19, 1.6, 3.4) * clamp(camera.scale / camera.fit, 0.8, 12) ** 0.15;

// A picture grows out of its dot while its room becomes wide enough.
function sideOf(i, side) {
  const room = (clearance[i] * camera.scale) / side - 1;
  return side * (0.5 + 0.5 * clamp(room / 0.12, 0, 1)) - 3;
}

function boxOf(i, side) {
  const longer = sideOf(i, side), w = items.w[i], h = items.h[i], most = Math.max(w, h);
  return { w: (longer * w) / most, h: (longer * h) / most };
}

function itemAt(px, py, reach) {
  const side = pictureSide(), wide = Math.max(side, reach) / camera.scale;
  const x = toMapX(px), y = toMapY(py);
  let best = -1, nearest = reach;
  for (const cell of cellsIn(x - wide, y - wide, x + wide, y + wide)) {
    for (const i of cell) {
      if (!chosen[i]) continue;
      const dx = Math.abs(toScreenX(xs[i]) - px), dy = Math.abs(toScreenY(ys[i]) - py);
      if (isPicture(i, side)) {
        const box = boxOf(i, side);
        if (dx <= box.w / 2 && dy <= box.h / 2) return i; // pictures lie above dots
      }
      const d = Math.hypot(dx, dy);
      if (d < nearest) { nearest = d; best = i; }
    }
  }
  return best;
}

function nearestTo(i, most) {
  const d = (j) => Math.hypot(xs[j] - xs[i], ys[j] - ys[i]);
  return order.filter((j) => j !== i).sort((a, b) => d(a) - d(b)).slice(0, most);
}

// The next item in a direction: near, and rather ahead than aside.
function neighbour(i, dx, dy) {
  let best = -1, least = Infinity;
  for (const j of order) {
    const ahead = (xs[j] - xs[i]) * dx + (ys[j] - ys[i]) * dy;
    const aside = Math.abs((xs[j] - xs[i]) * dy) + Math.abs((ys[j] - ys[i]) * dx);
    if (j === i || ahead <= 0 || aside > 2 * ahead) continue;
    if (ahead + 2 * aside < least) { least = ahead + 2 * aside; best = j; }
  }
  return best;
}
