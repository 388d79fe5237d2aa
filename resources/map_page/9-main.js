// Beginning, and following the window's size and the desktop's colours.
function measure() {
  const before = { width: camera.width, height: camera.height };
  const panel = byId("panel").getBoundingClientRect(), narrow = panel.width > innerWidth * 0.7;
  camera.width = innerWidth;
  camera.height = innerHeight;
  camera.left = narrow ? 0 : panel.right;
  camera.top = narrow ? byId("panel").querySelector("header").getBoundingClientRect().bottom : 0;
  ratio = Math.min(devicePixelRatio || 1, 2);
  canvas.width = Math.round(camera.width * ratio);
  canvas.height = Math.round(camera.height * ratio);
  const atFit = Math.abs(camera.scale / camera.fit - 1) < 0.01;
  const all = whole();
  camera.fit = all.scale;
  if (atFit || before.width === 1) Object.assign(camera, all);
  ask();
}

function followLook() {
  readLook();
  paintSwatches();
  ask();
}

readLook();
buildLegend();
listenToFilters();
listenToViewer();
listenToHand();
applyFilters();
measure();
addEventListener("resize", measure);
dark.addEventListener("change", followLook);
followHash();

// For scripts and tests; reading it changes nothing.
window.mapPage = Object.freeze({
  count,
  view: () => ({ x: camera.x, y: camera.y, scale: camera.scale, fit: camera.fit, moving: moving() || asked }),
  shown: () => order.map((i) => items.id[i]),
  pictures: () => order.filter((i) => isPicture(i)).map((i) => ({ id: items.id[i], x: toScreenX(xs[i]), y: toScreenY(ys[i]), ...boxOf(i, pictureSide()) })),
  screen: (id) => ({ x: toScreenX(xs[indexOf.get(id)]), y: toScreenY(ys[indexOf.get(id)]) }),
  mapPoint: (px, py) => ({ x: toMapX(px), y: toMapY(py) }),
  paint,
});
