// One picture large, with the one before and the one after on the shelf, and what lies near it on the map.
const viewer = byId("viewer");
let viewed = -1;

const shelf = () => order.slice().sort((a, b) => a - b);

function open(i) {
  const hash = "#" + encodeURIComponent(items.id[i]);
  // A step from picture to picture takes the place of the one before: Back leads to the map.
  if (viewed >= 0) history.replaceState(null, "", hash); else history.pushState(null, "", hash);
  view(i);
}

function view(i) {
  viewed = focus = i;
  setOver(-1);
  const picture = byId("picture");
  picture.className = data.picture === "svg" ? "line" : "page";
  picture.style.setProperty("--aspect", `${items.w[i]} / ${items.h[i]}`);
  picture.alt = items.title[i];
  picture.src = pictureOf(i);
  byId("viewer-title").textContent = items.title[i];
  const all = shelf(), at = all.indexOf(i);
  const place = at < 0 ? "" : `${(at + 1).toLocaleString("en")} of ${all.length.toLocaleString("en")}`;
  byId("viewer-facts").textContent = [factsOf(i), place].filter(Boolean).join(" · ");
  const near = byId("near");
  near.replaceChildren(...nearestTo(i, 9).map(nearButton));
  if (!viewer.open) {
    viewer.showModal();
    byId("viewer-title").focus(); // readers begin with its name, and no button wears a ring nobody asked for
  }
  for (const step of [1, -1]) if (all.length > 1) new Image().src = pictureOf(beside(step));
  ask();
}

function nearButton(i) {
  const button = element("button");
  button.type = "button";
  button.title = items.title[i];
  button.setAttribute("aria-label", items.title[i]);
  button.append(spriteElement(i, 56));
  button.addEventListener("click", () => open(i));
  return button;
}

// The shelf is a ring; an item that filters have left out meanwhile still has neighbours.
function beside(step) {
  const all = shelf();
  if (!all.length) return viewed;
  const after = all.findIndex((i) => i > viewed), here = all.indexOf(viewed);
  const from = here >= 0 ? here + step : (after < 0 ? all.length : after) - (step < 0 ? 1 : 0);
  return all[(from + all.length) % all.length];
}

function closed() {
  const last = viewed;
  viewed = -1;
  byId("picture").removeAttribute("src");
  if (location.hash) history.replaceState(null, "", location.href.split("#")[0]);
  canvas.focus({ preventScroll: true });
  if (last >= 0) bringIntoView(last);
}

function bringIntoView(i) {
  const x = toScreenX(xs[i]), y = toScreenY(ys[i]), edge = 40;
  const seen = x > camera.left + edge && x < camera.width - edge && y > camera.top + edge && y < camera.height - edge;
  if (!seen) glideTo({ x: xs[i] - camera.left / 2 / camera.scale, y: ys[i] - camera.top / 2 / camera.scale });
  ask();
}

function followHash() {
  let id = "";
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { /* not one of our links */ }
  const i = indexOf.get(id);
  if (i !== undefined) view(i); else if (viewer.open) viewer.close();
}

function listenToViewer() {
  byId("previous").addEventListener("click", () => open(beside(-1)));
  byId("next").addEventListener("click", () => open(beside(1)));
  byId("close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("close", closed);
  viewer.addEventListener("click", (event) => {
    if (event.target.matches("dialog, .stage, .stage .sheet, .words")) viewer.close();
  });
  viewer.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && !event.altKey && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(beside(step)); }
  });
  let down = null;
  viewer.addEventListener("pointerdown", (event) => { down = event.pointerType === "touch" ? event : null; });
  viewer.addEventListener("pointerup", (event) => {
    const dx = down ? event.clientX - down.clientX : 0;
    if (Math.abs(dx) > 60 && Math.abs(dx) > 2 * Math.abs(event.clientY - down.clientY)) open(beside(dx < 0 ? 1 : -1));
    down = null;
  });
  addEventListener("hashchange", followHash);
  addEventListener("popstate", followHash);
}
