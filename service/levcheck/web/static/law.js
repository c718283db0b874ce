// Makes the what-if live: whatever is set is evaluated at once. Without it the button does the same.
"use strict";
const form = document.getElementById("what-if");
let turn = 0;

function address() {
  const told = new URLSearchParams([...new FormData(form)].filter(([, text]) => text.trim()));
  return told.size ? `${location.pathname}?${told}` : location.pathname;
}

async function evaluate() {
  const mine = ++turn;
  const url = address();
  let page;
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    page = null;
  }
  if (mine !== turn) return; // something else was set meanwhile
  const result = page?.getElementById("result");
  const shown = document.getElementById("result");
  if (!result) {
    shown.setAttribute("aria-busy", "true");
    form.querySelector(".send").dataset.said = form.dataset.failed;
    return;
  }
  const standing = document.adoptNode(page.getElementById("standing"));
  document.getElementById("standing").replaceWith(standing);
  document.getElementById("heard").textContent = standing.textContent;
  delete form.querySelector(".send").dataset.said;
  const open = shown.querySelector("details")?.open;
  shown.replaceWith(document.adoptNode(result));
  if (open) result.querySelector("details")?.setAttribute("open", "");
  for (const fault of form.querySelectorAll(".fault")) fault.remove();
  for (const fault of page.querySelectorAll(".set .fault")) {
    document.getElementById(fault.id.slice("fault-".length))?.closest(".set").append(document.adoptNode(fault));
  }
  history.replaceState(null, "", url);
}

form.addEventListener("input", evaluate);
form.addEventListener("submit", (event) => { event.preventDefault(); evaluate(); });
