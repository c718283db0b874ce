// Opens the check, and says how it ended. What it was is said by this system's own server.
"use strict";
const button = document.getElementById("check");
const state = document.getElementById("state");
const ENDS = { closed: "The check was closed.", expired: "The check has expired: begin it again.", error: "The check could not be shown." };

async function ask(path, body) {
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  return answer.json();
}

button.addEventListener("click", async () => {
  const { token, text } = await ask("/check", {});
  if (!token) {
    state.textContent = text;
    return;
  }
  const check = document.createElement("levcheck-check");
  check.setAttribute("src", button.dataset.service);
  check.setAttribute("token", token);
  check.setAttribute("label", "May this truck be delivered?");
  let told = false;
  check.addEventListener("complete", async (event) => {
    told = true;
    state.textContent = (await ask("/checked", { id: event.detail.id })).text;
  });
  check.addEventListener("exit", (event) => {
    if (!told) state.textContent = ENDS[event.detail.reason];
    check.remove();
  });
  document.body.append(check);
});
