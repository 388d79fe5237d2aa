// Where we look: the map's point (x, y) stands in the middle of the window, `scale` pixels a unit.
const camera = { x: 0, y: 0, scale: 1, fit: 1, width: 1, height: 1, left: 0, top: 0 };
let glide = null;   // to a place, as buttons and keys ask for it
let zooming = null; // towards a scale, the point under the cursor held where it is
let asked = false;

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(frame);
}

function frame(now) {
  asked = false;
  const moving = stepCamera(now);
  paint();
  if (moving) ask();
}

const toScreenX = (x) => (x - camera.x) * camera.scale + camera.width / 2;
const toScreenY = (y) => (y - camera.y) * camera.scale + camera.height / 2;
const toMapX = (px) => (px - camera.width / 2) / camera.scale + camera.x;
const toMapY = (py) => (py - camera.height / 2) / camera.scale + camera.y;

// The largest scale parts the two nearest items far enough for both to be pictures.
const mostScale = () => Math.max((LARGEST_PX * Math.SQRT2) / data.gap, camera.fit * 4);
const holdScale = (scale) => clamp(scale, camera.fit * 0.5, mostScale());

function holdCamera() {
  camera.x = clamp(camera.x, bounds.x0, bounds.x1);
  camera.y = clamp(camera.y, bounds.y0, bounds.y1);
}

function whole() {
  const room = 48, left = camera.left, top = camera.top;
  const wide = Math.max(camera.width - left - 2 * room, 80), high = Math.max(camera.height - top - 2 * room, 80);
  const spanX = Math.max(bounds.x1 - bounds.x0, data.gap), spanY = Math.max(bounds.y1 - bounds.y0, data.gap);
  const scale = Math.min(wide / spanX, high / spanY);
  return {
    scale,
    x: (bounds.x0 + bounds.x1) / 2 - left / 2 / scale,
    y: (bounds.y0 + bounds.y1) / 2 - top / 2 / scale,
  };
}

function glideTo(target) {
  zooming = null;
  const to = { x: camera.x, y: camera.y, scale: camera.scale, ...target };
  to.scale = clamp(to.scale, camera.fit * 0.5, mostScale());
  if (calm.matches) {
    Object.assign(camera, to);
    glide = null;
  } else {
    glide = { from: { x: camera.x, y: camera.y, scale: camera.scale }, to, start: null };
  }
  ask();
}

function zoomBy(factor, px, py, atOnce = false) {
  glide = null;
  const from = zooming && !atOnce ? zooming.scale : camera.scale;
  const scale = holdScale(from * factor);
  if (atOnce || calm.matches) {
    zooming = null;
    scaleAround(scale, px, py);
  } else {
    zooming = { scale, px, py, last: null };
  }
  ask();
}

function scaleAround(scale, px, py) {
  const x = toMapX(px), y = toMapY(py);
  camera.scale = scale;
  camera.x = x - (px - camera.width / 2) / scale;
  camera.y = y - (py - camera.height / 2) / scale;
}

function panBy(dx, dy) {
  glide = null;
  camera.x -= dx / camera.scale;
  camera.y -= dy / camera.scale;
  holdCamera();
  ask();
}

function stepCamera(now) {
  if (zooming) {
    const past = zooming.last === null ? 16 : Math.min(now - zooming.last, 64);
    zooming.last = now;
    const left = Math.log(zooming.scale / camera.scale) * Math.exp(-past / 45);
    const done = Math.abs(left) < 0.002;
    scaleAround(done ? zooming.scale : zooming.scale / Math.exp(left), zooming.px, zooming.py);
    if (done) zooming = null;
    return !done;
  }
  if (glide) {
    if (glide.start === null) glide.start = now;
    const t = clamp((now - glide.start) / 260, 0, 1), ease = 1 - (1 - t) ** 3;
    const { from, to } = glide;
    camera.scale = from.scale * (to.scale / from.scale) ** ease;
    // The place moves evenly on the screen, so it follows the scale and not the clock.
    const share = Math.abs(to.scale / from.scale - 1) < 1e-3 ? ease
      : (1 / camera.scale - 1 / from.scale) / (1 / to.scale - 1 / from.scale);
    camera.x = from.x + (to.x - from.x) * share;
    camera.y = from.y + (to.y - from.y) * share;
    if (t === 1) glide = null;
    return t < 1;
  }
  return false;
}

const moving = () => Boolean(glide || zooming);
