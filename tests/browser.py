"""A real browser without a window: Chromium, driven over a pipe (Chrome DevTools Protocol), no other package.

`--remote-debugging-pipe` has the browser read commands from file descriptor 3 and write answers to 4, each a
JSON object that ends with a NUL.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, _NAMES) if path), "")
"""The browser of this machine; empty where there is none."""

_ANSWER_S = 60.0
_END_S = 5.0
# The browser insists on these two numbers, which this process may need for something else.
_LAUNCH = """import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_SWITCHES = (
    "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--mute-audio", "--force-color-profile=srgb",
)  # fmt: skip
_KEYS = {
    "Escape": 27, "Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36,
}  # fmt: skip


class Browser:
    """One browser with one page. Use it as a context manager, so that nothing is left running.

    Attributes:
        events: Every event so far, oldest first: `method`, `params`.
    """

    def __init__(self, width: int = 1200, height: int = 800) -> None:
        self.events: list[dict[str, Any]] = []
        self._last_id, self._buffer, self._session = 0, b"", ""
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        commands, self._out = os.pipe()
        self._in, answers = os.pipe()
        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands, answers)]
        launch = [sys.executable, "-c", _LAUNCH, *map(str, theirs), CHROMIUM, *_SWITCHES]
        self._process = subprocess.Popen(
            [*launch, f"--user-data-dir={self._profile}", f"--window-size={width},{height}", "about:blank"],
            pass_fds=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env=_environment(),
        )  # fmt: skip
        for end in (commands, answers, *theirs):
            os.close(end)
        try:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Network", "Log"):
                self.call(f"{domain}.enable")
            self.resize(width, height)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and all it started, and take its profile away; may be called twice."""
        if self._process.poll() is None:
            self._session = ""
            with contextlib.suppress(OSError):
                os.write(self._out, b'{"id":0,"method":"Browser.close"}\0')
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_S)
        # Its own session, so the group is the browser's and nobody else's; helpers may outlive it a moment.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_END_S)
        for end in (self._in, self._out):
            with contextlib.suppress(OSError):
                os.close(end)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, **params: Any) -> Any:
        """Send a command and wait for its answer."""
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + _ANSWER_S
        while True:
            answer = self._read(until)
            if answer is None:
                raise TimeoutError(f"no answer to {method}")
            if answer.get("id") == self._last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _read(self, until: float) -> dict[str, Any] | None:
        """The next message, remembered if it is an event; None when the time is over."""
        while b"\0" not in self._buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._in], [], [], left)[0]:
                return None
            piece = os.read(self._in, 1 << 20)
            if not piece:
                raise EOFError("the browser is gone")
            self._buffer += piece
        text, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(text)
        if "method" in message:
            self.events.append(message)
        return message

    def listen(self, seconds: float) -> None:
        """Let the page live, and remember what it says."""
        until = time.monotonic() + seconds
        while self._read(until) is not None:
            pass

    def open(self, url: str) -> None:
        """Go to a page from an empty one, and wait until it is loaded."""
        for place in ("about:blank", url):
            before = len(self.events)
            self.call("Page.navigate", url=place)
            self.wait_for(lambda b=before: any(e["method"] == "Page.loadEventFired" for e in self.events[b:]))

    def wait_for(self, true: Any, seconds: float = 20.0) -> None:
        """Wait until a function, or an expression of the page, is true. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while not (self.run(true) if isinstance(true, str) else true()):
            if time.monotonic() > until:
                raise TimeoutError(f"never true: {true}")
            self.listen(0.02)

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"].get("exception", {}).get("description", str(found)))
        return found["result"].get("value")

    def resize(self, width: int, height: int, *, ratio: float = 1.0, phone: bool = False) -> None:
        """Give the page another window."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=ratio,
            mobile=phone,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)

    def prefer(self, **features: str) -> None:
        """Set what the reader's system prefers, such as `color_scheme="dark"`."""
        given = [{"name": f"prefers-{k.replace('_', '-')}", "value": v} for k, v in features.items()]
        self.call("Emulation.setEmulatedMedia", features=given)

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """One mouse event: `mouseMoved`, `mousePressed`, `mouseReleased`, `mouseWheel`."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x: float, y: float, count: int = 1) -> None:
        """Press and let go of the left button, once or twice."""
        self.mouse("mouseMoved", x, y)
        for nth in range(1, count + 1):
            self.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=nth)
            self.mouse("mouseReleased", x, y, button="left", clickCount=nth)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """Drag with the left button."""
        self.mouse("mouseMoved", *start)
        self.mouse("mousePressed", *start, button="left", buttons=1, clickCount=1)
        for step in range(1, steps + 1):
            x, y = (a + (b - a) * step / steps for a, b in zip(start, end, strict=True))
            self.mouse("mouseMoved", x, y, button="left", buttons=1)
        self.mouse("mouseReleased", *end, button="left", clickCount=1)

    def wheel(self, x: float, y: float, turn: float) -> None:
        """Turn the wheel; negative is away from the hand."""
        self.mouse("mouseWheel", x, y, deltaX=0, deltaY=turn)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """One touch event: `touchStart`, `touchMove`, `touchEnd`, with the fingers that are down."""
        fingers = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        self.call("Input.dispatchTouchEvent", type=kind, touchPoints=fingers)

    def key(self, key: str, *, shift: bool = False) -> None:
        """Press and let go of one key."""
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        number = _KEYS.get(key, ord(key[0].upper()))
        same = {"key": key, "code": key, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", **same, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **same)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path) -> None:
        """Save what is seen as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, and everything that was thrown and not caught."""
        said = []
        for event in self.events:
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                said.append(params["exceptionDetails"].get("exception", {}).get("description", "thrown"))
            elif event["method"] == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                said.append(params["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
                said.append(str(params["args"]))
        return said

    def requests(self) -> list[str]:
        """Every address the page asked for."""
        asked = (
            e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"
        )
        return [url for url in asked if url != "about:blank"]


def _environment() -> dict[str, str]:
    """Without a desktop's session bus: the browser would wait for it."""
    return {k: v for k, v in os.environ.items() if not k.startswith("DBUS_")}
