// Mouse, finger, pen and keys.
const pointers = new Map();
let dragging = false;
let base = null; // where the fingers were when the map last followed them
let lastTap = { time: 0, x: 0, y: 0 };
const card = byId("card");
let cardTimer = 0;

function setOver(i, px = 0, py = 0) {
  if (i !== over) {
    over = i;
    canvas.classList.toggle("over", i >= 0);
    if (i >= 0) fillCard(i);
    ask();
  }
  card.hidden = i < 0;
  if (i >= 0) placeCard(px, py);
}

function fillCard(i) {
  card.querySelector(".name").textContent = items.title[i];
  card.querySelector(".facts").textContent = factsOf(i);
  card.classList.toggle("brief", isPicture(i) && pictureSide() > 110);
  spriteElement(i, 158, card.querySelector("i"));
  const image = card.querySelector("img");
  image.removeAttribute("src");
  card.classList.remove("loaded");
  clearTimeout(cardTimer);
  // A hand that only passes by fetches nothing.
  cardTimer = setTimeout(() => { if (over === i) image.src = pictureOf(i); }, 90);
}

function placeCard(px, py) {
  const { offsetWidth: w, offsetHeight: h } = card;
  const x = px + 18 + w > camera.width ? px - 18 - w : px + 18;
  const y = clamp(py + 14, 8, Math.max(camera.height - h - 8, 8));
  card.style.transform = `translate(${Math.max(x, 8)}px, ${y}px)`;
}

function onDown(event) {
  if (event.button > 0) return;
  canvas.focus({ preventScroll: true });
  canvas.setPointerCapture(event.pointerId);
  if (!pointers.size) dragging = false;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  base = spread();
  zooming = glide = null;
}

function onMove(event) {
  if (!pointers.has(event.pointerId)) {
    if (event.pointerType === "mouse") setOver(itemAt(event.clientX, event.clientY, 9), event.clientX, event.clientY);
    return;
  }
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const now = spread();
  // A hand that clicks trembles. Once it drags, the pixels that told so are made good.
  if (!dragging && pointers.size === 1 && Math.hypot(now.x - base.x, now.y - base.y) < 4) return;
  dragging = true;
  setOver(-1);
  canvas.classList.add("moving");
  panBy(now.x - base.x, now.y - base.y);
  if (base.d > 0 && now.d > 0) {
    scaleAround(holdScale((camera.scale * now.d) / base.d), now.x, now.y);
    holdCamera();
  }
  base = now;
}

function spread() {
  const all = [...pointers.values()], n = all.length;
  const x = all.reduce((sum, p) => sum + p.x, 0) / n, y = all.reduce((sum, p) => sum + p.y, 0) / n;
  return { x, y, d: n > 1 ? Math.hypot(all[0].x - all[1].x, all[0].y - all[1].y) : 0 };
}

function onUp(event) {
  if (!pointers.delete(event.pointerId)) return;
  if (pointers.size) { dragging = true; base = spread(); return; }
  canvas.classList.remove("moving");
  if (event.type === "pointercancel" || dragging) return;
  const i = itemAt(event.clientX, event.clientY, event.pointerType === "mouse" ? 9 : 18);
  if (i >= 0) open(i); else tapPaper(event);
}

function tapPaper(event) {
  const near = Math.hypot(event.clientX - lastTap.x, event.clientY - lastTap.y) < 24;
  const twice = near && event.timeStamp - lastTap.time < 350;
  lastTap = { time: twice ? 0 : event.timeStamp, x: event.clientX, y: event.clientY };
  if (twice) zoomBy(event.shiftKey ? 1 / 2.2 : 2.2, event.clientX, event.clientY);
  else if (focus >= 0) { focus = -1; ask(); }
}

function onWheel(event) {
  event.preventDefault();
  const unit = [1, 33, camera.height][event.deltaMode];
  const turn = clamp(event.deltaY * unit, -240, 240) * (event.ctrlKey ? 0.01 : 0.0022);
  zoomBy(Math.exp(-turn), event.clientX, event.clientY);
  setOver(-1);
}

const middle = () => [(camera.width + camera.left) / 2, (camera.height + camera.top) / 2];
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function onKey(event) {
  if (viewer.open || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "/" && event.target !== byId("query")) {
    event.preventDefault();
    if (!byId("panel").classList.contains("unfolded") && byId("fold").offsetParent) byId("fold").click();
    byId("query").focus();
    return;
  }
  if (event.target !== canvas && event.target !== document.body) return;
  const arrow = arrows[event.key];
  if (arrow && event.shiftKey) stepFocus(...arrow);
  else if (arrow) panKeys(...arrow);
  else if (event.key === "+" || event.key === "=") zoomBy(1.5, ...middle());
  else if (event.key === "-" || event.key === "_") zoomBy(1 / 1.5, ...middle());
  else if (event.key === "0" || event.key === "Home") glideTo(whole());
  else if (event.key === "Escape" && focus >= 0) { focus = -1; ask(); }
  else if (event.key === "Enter" && focus >= 0) open(focus);
  else return;
  event.preventDefault();
}

function panKeys(dx, dy) {
  const from = glide ? glide.to : camera, step = 120 / camera.scale;
  glideTo({
    x: clamp(from.x + dx * step, bounds.x0, bounds.x1),
    y: clamp(from.y + dy * step, bounds.y0, bounds.y1),
  });
}

function stepFocus(dx, dy) {
  if (!order.length) return;
  const [px, py] = middle(), x = toMapX(px), y = toMapY(py);
  const off = (i) => Math.hypot(xs[i] - x, ys[i] - y);
  const next = focus < 0 || !chosen[focus] ? order.reduce((a, b) => (off(b) < off(a) ? b : a)) : neighbour(focus, dx, dy);
  if (next < 0) return;
  focus = next;
  byId("said").textContent = [items.title[next], factsOf(next)].filter(Boolean).join(", ");
  bringIntoView(next);
}

function listenToHand() {
  card.querySelector("img").addEventListener("load", () => card.classList.add("loaded"));
  canvas.addEventListener("pointerdown", onDown);
  canvas.addEventListener("pointermove", onMove);
  canvas.addEventListener("pointerup", onUp);
  canvas.addEventListener("pointercancel", onUp);
  canvas.addEventListener("pointerleave", () => { if (!pointers.size) setOver(-1); });
  canvas.addEventListener("wheel", onWheel, { passive: false });
  addEventListener("keydown", onKey);
  byId("zoom-in").addEventListener("click", () => zoomBy(1.8, ...middle()));
  byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.8, ...middle()));
  byId("zoom-fit").addEventListener("click", () => glideTo(whole()));
}
