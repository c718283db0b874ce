// In a frame on another system's page: tells that page, and no other, how high this one is, and how it ends.
"use strict";
const host = document.body.dataset.host;
if (host && parent !== window) {
  const tell = (message) => parent.postMessage(message, host);
  const main = document.getElementById("main");
  const { complete, exit } = document.body.dataset;
  tell({ type: "ready" });
  if (complete) tell({ type: "complete", id: complete });
  if (exit) tell({ type: "exit", reason: exit });
  new ResizeObserver(() => tell({ type: "resize", height: document.documentElement.offsetHeight })).observe(document.body);
  document.addEventListener("submit", () => tell({ type: "sent" }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) tell({ type: "exit", reason: "closed" });
  });
  const begin = () => {  // a browser obeys no autofocus in a frame of another site
    if (document.activeElement !== document.body) return;
    const first = main.querySelector("[autofocus]") || main.querySelector(":checked") || document.getElementById("result");
    if (first) first.focus({ preventScroll: true });
  };
  begin();
  addEventListener("focus", begin, { once: true });
}
