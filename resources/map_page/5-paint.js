// Drawing the map: faint dots that filters left out, dots, pictures, and what is under the hand.
const canvas = byId("map");
const pen = canvas.getContext("2d", { alpha: false });
let ratio = 1;
let colours = [];          // of the categories of the facet that colours the map
let colourKey = "cluster";
let look = {};
let over = -1;             // under the mouse
let focus = -1;            // reached by keys, or looked at last
let lit = null;            // { key, value }: a row of the legend under the mouse

function readLook() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["window", "line", "paper", "accent", "none", "edge"]) {
    look[name] = style.getPropertyValue(`--${name}`).trim();
  }
  colours = dark.matches ? data.colours.dark : data.colours.light;
}

function colourOf(key, value) {
  const slot = data.slots[key][value];
  return slot < 0 ? look.none : colours[slot % colours.length];
}

function paint() {
  turn++;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = look.window;
  pen.fillRect(0, 0, camera.width, camera.height);
  const side = pictureSide(), margin = side / camera.scale;
  const { pictures, dots, out } = inView(toMapX(0) - margin, toMapY(0) - margin,
    toMapX(camera.width) + margin, toMapY(camera.height) + margin, side);
  const radius = dotRadius();
  cover(pictures, side);
  paintDots(out.filter((i) => !isHidden(i, radius)), look.line, radius * 0.8);
  for (const [value, group] of dots) {
    for (const [some, alpha] of parted(group.filter((i) => !isHidden(i, radius)))) {
      pen.globalAlpha = alpha;
      paintDots(some, colourOf(colourKey, value), radius);
    }
  }
  pen.globalAlpha = 1;
  wishes = [];
  for (const i of pictures) if (i !== over && i !== focus) paintPicture(i, side);
  for (const i of new Set([focus, over])) if (i >= 0 && chosen[i]) paintHeld(i, side);
  pen.globalAlpha = 1;
  if (!moving()) grantWishes();
}

// What is to be drawn: pictures, dots by the category that colours them, and what filters left out.
function inView(x0, y0, x1, y1, side) {
  const dots = new Map(), pictures = [], out = [];
  for (const cell of cellsIn(x0, y0, x1, y1)) {
    for (const i of cell) {
      if (xs[i] < x0 || xs[i] > x1 || ys[i] < y0 || ys[i] > y1) continue;
      if (!chosen[i]) out.push(i);
      else if (isPicture(i, side)) pictures.push(i);
      else {
        const value = items[colourKey][i];
        if (!dots.has(value)) dots.set(value, []);
        dots.get(value).push(i);
      }
    }
  }
  return { pictures, dots, out };
}

const isLit = (i) => !lit || items[lit.key][i] === lit.value;

function parted(group) {
  if (!lit) return [[group, 0.92]];
  return [[group.filter((i) => !isLit(i)), 0.18], [group.filter(isLit), 1]];
}

// Circles one by one: browsers are quick at a circle, and slow at a path of thousands.
function paintDots(group, colour, radius) {
  pen.fillStyle = colour;
  for (const i of group) {
    pen.beginPath();
    pen.arc(toScreenX(xs[i]), toScreenY(ys[i]), radius, 0, 2 * Math.PI);
    pen.fill();
  }
}

// Which squares of the window pictures cover: on a full map they hide every third dot, which need not be drawn.
const SQUARE_PX = 8;
let covered = new Uint8Array(0);
let squares = 0; // a row of the window

function cover(pictures, side) {
  squares = Math.ceil(camera.width / SQUARE_PX) + 1;
  const rows = Math.ceil(camera.height / SQUARE_PX) + 1;
  if (covered.length !== squares * rows) covered = new Uint8Array(squares * rows);
  covered.fill(0);
  for (const i of pictures) {
    const box = boxOf(i, side), x = toScreenX(xs[i]), y = toScreenY(ys[i]);
    const from = Math.max(Math.ceil((x - box.w / 2) / SQUARE_PX), 0), to = Math.min(Math.floor((x + box.w / 2) / SQUARE_PX), squares);
    const top = Math.max(Math.ceil((y - box.h / 2) / SQUARE_PX), 0), end = Math.min(Math.floor((y + box.h / 2) / SQUARE_PX), rows);
    for (let r = top; r < end && from < to; r++) covered.fill(1, r * squares + from, r * squares + to);
  }
}

function isHidden(i, radius) {
  const x = toScreenX(xs[i]), y = toScreenY(ys[i]);
  const left = Math.floor((x - radius) / SQUARE_PX), right = Math.floor((x + radius) / SQUARE_PX);
  const top = Math.floor((y - radius) / SQUARE_PX) * squares, end = Math.floor((y + radius) / SQUARE_PX) * squares;
  return left >= 0 && right < squares && covered[top + left] && covered[top + right] && covered[end + left] && covered[end + right];
}

function paintPicture(i, side) {
  const box = boxOf(i, side);
  const w = Math.round(box.w * ratio) / ratio, h = Math.round(box.h * ratio) / ratio;
  const x = Math.round((toScreenX(xs[i]) - w / 2) * ratio) / ratio;
  const y = Math.round((toScreenY(ys[i]) - h / 2) * ratio) / ratio;
  pen.globalAlpha = isLit(i) ? 1 : 0.2;
  pen.fillStyle = look.edge;
  pen.fillRect(x - 1 / ratio, y - 1 / ratio, w + 2 / ratio, h + 2 / ratio);
  pen.fillStyle = look.paper;
  pen.fillRect(x, y, w, h);
  const wanted = Math.max(w, h) * ratio;
  const own = wanted > data.sprites[1].px * 1.1 ? sharpFor(i, wanted) : null;
  const sprite = own ? null : spriteFor(i, wanted);
  if (own) pen.drawImage(own, x, y, w, h);
  else if (sprite) pen.drawImage(sprite.image, sprite.x, sprite.y, sprite.w, sprite.h, x, y, w, h);
  pen.fillStyle = colourOf(colourKey, items[colourKey][i]);
  const tab = side > 70 ? 3 : 2;
  pen.fillRect(x, y + h - tab, w, tab);
  return { x, y, w, h };
}

function paintHeld(i, side) {
  const ring = i === over || i === focus ? look.accent : null;
  pen.globalAlpha = 1;
  if (isPicture(i)) {
    const { x, y, w, h } = paintPicture(i, side);
    pen.strokeStyle = ring;
    pen.lineWidth = 2;
    pen.strokeRect(x - 2, y - 2, w + 4, h + 4);
    return;
  }
  const x = toScreenX(xs[i]), y = toScreenY(ys[i]), radius = dotRadius() + 2;
  paintDots([i], colourOf(colourKey, items[colourKey][i]), radius);
  pen.strokeStyle = ring;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, radius + 2, 0, 2 * Math.PI);
  pen.stroke();
}
