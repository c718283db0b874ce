"use strict";
// The page works without this. Here: a certificate behind the address's #, the camera, the wait, the focus.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MOST_BYTES = 10_000_000;
const part = (id) => document.getElementById(id);
const certificateIn = (text) => text.replace(/\s+/g, "").replace(/^.*#/, "");

// The address is cleared at once: it would stay in the history.
function takeFromAddress() {
  const text = location.hash.slice(1);
  if (!COMPACT.test(text)) return;
  history.replaceState(null, "", location.pathname);
  post(text);
}

function post(text) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/verify#result", enctype: "multipart/form-data", hidden: true });
  const add = (name, value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  add("certificate", text);
  add("vin", part("vin")?.value ?? "");
  document.body.append(form);
  form.submit();
}

function say(text) {
  const progress = part("progress");
  if (progress) progress.textContent = text;
}

const words = (name) => part("check").dataset[name];

function watchForm(form) {
  const send = form.querySelector("button:not([type])");
  form.addEventListener("submit", (event) => {
    const files = [...part("file").files, ...part("photo").files];
    if (files.some((file) => file.size > MOST_BYTES)) {
      event.preventDefault();
      say(words("large"));
      return;
    }
    say(words("reading"));
    send.disabled = true;
  });
  addEventListener("pageshow", () => { send.disabled = false; say(""); });
  part("photo").addEventListener("change", () => { if (part("photo").files.length) form.requestSubmit(); });
}

async function offerCamera() {
  if (await canScan()) {
    part("scanner").hidden = false;
    part("scan").addEventListener("click", scan);
  } else if (matchMedia("(pointer: coarse)").matches) {
    part("capture").hidden = false;
  }
}

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

async function scan() {
  const video = part("video");
  let stream;
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
  } catch {
    say(words("refused"));
    part("capture").hidden = false;
    return;
  }
  let running = true;
  const stop = () => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    part("camera").hidden = true;
    part("scan").hidden = false;
    part("scan").focus();
    say("");
  };
  part("stop").addEventListener("click", stop, { once: true });
  video.srcObject = stream;
  part("camera").hidden = false;
  part("scan").hidden = true;
  part("stop").focus();
  say(words("scanning"));
  video.play().catch(() => {});
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (running) {
    const codes = await detector.detect(video).catch(() => []);
    const found = codes.map((code) => certificateIn(code.rawValue)).find((text) => COMPACT.test(text));
    if (found && running) {
      stop();
      say(words("reading"));
      post(found);
      return;
    }
    await new Promise((later) => setTimeout(later, 150));
  }
}

takeFromAddress();
addEventListener("hashchange", takeFromAddress);
if (part("check")) {
  watchForm(part("check"));
  offerCamera();
}
part("result")?.focus();
