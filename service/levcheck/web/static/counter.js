// Makes the counter quick: one press answers a question, and the first one has the focus. Without it the forms do the same.
"use strict";
const ask = document.getElementById("ask");
if (ask) {
  document.body.classList.add("scripted");
  const first = ask.querySelector(".question");
  const entry = first.querySelector("input:not([type=hidden]), select");
  const result = document.getElementById("result");
  if (entry) entry.focus({ preventScroll: true });
  if (result) result.scrollIntoView({ block: "nearest" });
  let sent = false;
  const send = () => { if (!sent) { sent = true; ask.requestSubmit(); } };
  ask.addEventListener("click", (event) => {
    // A click that the arrow keys made only moves the choice: whoever moves is still reading.
    if (event.target.matches("input[type=radio]") && event.detail > 0) send();
  });
  ask.addEventListener("change", (event) => {
    if (event.target.matches("select[name='destination.state']") && event.target.value) {
      for (const radio of ask.querySelectorAll("input[name='destination.state']")) radio.checked = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input:not([type=radio]), select, textarea")) return;
    const radios = [...first.querySelectorAll("input[type=radio]")];
    const letters = { y: "yes", n: "no", d: "unknown" };
    const chosen = radios.find((radio) => radio.value === letters[event.key.toLowerCase()]) || radios[Number(event.key) - 1];
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    send();
  });
} else {
  const button = document.querySelector("#record button");
  if (button) button.focus({ preventScroll: true });
}
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }));
}
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of document.querySelectorAll("button")) button.disabled = false;
});
