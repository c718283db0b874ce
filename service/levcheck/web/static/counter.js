// Makes the counter quick. Without it the forms do the same, page by page.
"use strict";
const KEPT = "last-checks";
const MOST_KEPT = 8;
const MOST_BYTES = 10_000_000;
const PARTS = [".skip", "header.site", "main", "footer.site"];
const SYMBOLS = ["code_39", "code_128", "data_matrix", "qr_code"];
const part = (id) => document.getElementById(id);
const framed = "host" in document.body.dataset; // then the page around the frame follows whole pages

// Answers go by fetch, so that Back and reload show the page again without sending a form twice.
async function show(state, push) {
  const body = new URLSearchParams(state.body);
  const token = document.querySelector("[name=form_token]")?.value;
  if (token) body.set("form_token", token);
  let response;
  try {
    response = await fetch(state.action, { method: "POST", body, headers: { Accept: "text/html" } });
  } catch {
    enable();
    return;
  }
  if (response.redirected) {
    location.assign(response.url);
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  put(page);
  if (push) history.pushState(state, "", `${location.pathname}#check`); // another address than "/", which begins anew
}

function put(page) {
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  for (const name of PARTS) document.querySelector(name)?.replaceWith(document.adoptNode(page.querySelector(name)));
  scrollTo(0, 0);
  begin();
  (part("main").querySelector("[autofocus]") ?? part("main")).focus();
}

const enable = () => { for (const button of document.querySelectorAll("button")) button.disabled = false; };
const disable = (form) => setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });

document.addEventListener("submit", (event) => {
  const form = event.target;
  const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  if (form.matches("[action='/logout']")) sessionStorage.removeItem(KEPT);
  disable(form);
  const [path, language] = action.split("?lang=");
  if (framed || path !== "/" || form.method !== "post") return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  body.delete("photo");
  show({ action, body: [...body] }, !language); // the same page in another language is no further step
});
addEventListener("popstate", (event) => { if (event.state) show(event.state, false); else location.reload(); });
addEventListener("pageshow", enable);

// A question: one press answers it. A click that the arrow keys made only moves the choice: whoever moves is still reading.
function watchQuestions(ask) {
  document.body.classList.add("scripted");
  let sent = false;
  const send = (button = null) => { if (!sent) { sent = true; ask.requestSubmit(button); } };
  const others = (select) => {
    for (const radio of select.closest(".question").querySelectorAll("input[type=radio]")) radio.checked = false;
  };
  ask.addEventListener("click", (event) => {
    if (!event.target.matches("input[type=radio]") || event.detail === 0) return;
    const select = event.target.closest(".question").querySelector("select");
    if (select) select.value = "";
    send();
  });
  ask.addEventListener("change", (event) => { if (event.target.matches(".other select")) others(event.target); });
  ask.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches(".question select") && event.key === "Enter") {
      event.preventDefault();
      if (event.target.value) send(event.target.closest(".question").querySelector("button[name]"));
    }
    if (!event.target.matches("input[type=radio]")) return;
    const question = event.target.closest(".question");
    const radios = [...question.querySelectorAll("input[type=radio]")];
    const chosen = radios.find((radio) => radio.closest("[data-key]")?.dataset.key === event.key.toLowerCase()) ?? null;
    const select = question.querySelector(".other select");
    if (!chosen && select && /^[a-z]$/i.test(event.key)) {
      select.focus(); // and the browser finds the state by the letters typed
      select.value = [...select.options].find((option) => option.text.startsWith(event.key.toUpperCase()))?.value ?? "";
      others(select);
      return;
    }
    const numbered = select ? null : radios[Number(event.key) - 1];
    if (!(chosen ?? numbered)) return;
    event.preventDefault();
    (chosen ?? numbered).checked = true;
    send();
  });
}

// The last checks live in this tab only.
const kept = () => { try { return JSON.parse(sessionStorage.getItem(KEPT)) ?? []; } catch { return []; } };

function keep({ vin, vehicle, verdict }) {
  if (!vin || framed) return;
  const others = kept().filter((one) => one.vin !== vin);
  sessionStorage.setItem(KEPT, JSON.stringify([{ vin, vehicle, verdict }, ...others].slice(0, MOST_KEPT)));
}

function showLast(last) {
  const checks = kept();
  last.hidden = !checks.length;
  const list = last.querySelector("ul");
  list.replaceChildren(...checks.map(({ vin, vehicle, verdict }) => {
    const again = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: vehicle || vin });
    again.addEventListener("click", () => { part("vin").value = vin; part("vin").focus(); });
    const item = document.createElement("li");
    item.append(again, ` ${vehicle ? `${vin}, ` : ""}${verdict}`);
    return item;
  }));
  last.querySelector(".hint button").addEventListener("click", () => { sessionStorage.removeItem(KEPT); last.hidden = true; });
}

// The barcode: read by the browser where it can, otherwise by the service from one picture.
const say = (name) => { part("progress").textContent = name ? part("check").dataset[name] : ""; };

function watchPhotos() {
  const photo = part("photo");
  photo.addEventListener("change", () => {
    const large = photo.files[0]?.size > MOST_BYTES;
    say(large ? "large" : "");
    if (photo.files.length && !large) part("check").requestSubmit(part("scan"));
  });
  if (!navigator.mediaDevices?.getUserMedia) return;
  part("camera").hidden = false;
  part("look").addEventListener("click", look);
}

async function look() {
  const video = part("video");
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
  } catch {
    say("refused");
    return;
  }
  const stop = () => video.srcObject.getTracks().forEach((track) => track.stop());
  video.hidden = part("take").hidden = false;
  part("look").hidden = true;
  part("take").focus();
  say("scanning");
  await video.play().catch(() => {});
  part("take").addEventListener("click", () => take(video, stop));
  const detector = await barcodes();
  while (detector && video.isConnected && !part("take").disabled) {
    const [found] = await detector.detect(video).catch(() => []);
    const vin = found?.rawValue.replace(/[\s-]/g, "");
    if (/^I?[A-Za-z0-9]{17}$/.test(vin ?? "")) {
      stop();
      part("vin").value = vin;
      part("check").requestSubmit();
      return;
    }
    await new Promise((later) => setTimeout(later, 150));
  }
}

async function barcodes() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  const formats = SYMBOLS.filter((symbol) => known.includes(symbol));
  return formats.length ? new BarcodeDetector({ formats }) : null;
}

function take(video, stop) {
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((picture) => {
    stop();
    const files = new DataTransfer();
    files.items.add(new File([picture], "barcode.jpg", { type: "image/jpeg" }));
    part("photo").files = files.files;
    part("check").requestSubmit(part("scan"));
  }, "image/jpeg", 0.92);
}

function begin() {
  if (part("ask")) watchQuestions(part("ask"));
  if (part("last")) showLast(part("last"));
  if (part("photos")) watchPhotos();
  const result = part("result");
  if (result?.dataset.verdict) keep(result.dataset);
}

if (history.state?.body) show(history.state, false); // a reload
begin();
// A browser obeys autofocus once it draws; a scanner may be typing by then.
if (!framed) part("main").querySelector("[autofocus]")?.focus();
