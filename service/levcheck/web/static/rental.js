// Remembers the list of branches as long as the tab is open. Without it the list is pasted each time.
// And has the focus where it belongs before the page is drawn, when a browser would: a scanner may be typing by then.
"use strict";
const KEPT = "rental-branches";
const branches = document.getElementById("branches");

document.querySelector("[autofocus]")?.focus();
try {
  const kept = sessionStorage.getItem(KEPT);
  if (!branches.value && kept) branches.value = kept;
  branches.addEventListener("change", () => {
    if (branches.value.trim()) sessionStorage.setItem(KEPT, branches.value);
    else sessionStorage.removeItem(KEPT);
  });
  document.getElementById("remembered").hidden = false;
} catch {
  // a browser that keeps nothing: the list is pasted each time
}
