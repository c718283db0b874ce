// Remembers the list of branches in this browser. Without it the list is pasted each time.
"use strict";
const KEPT = "rental-branches";
const branches = document.getElementById("branches");

try {
  const kept = localStorage.getItem(KEPT);
  if (!branches.value && kept) branches.value = kept;
  branches.addEventListener("change", () => {
    if (branches.value.trim()) localStorage.setItem(KEPT, branches.value);
    else localStorage.removeItem(KEPT);
  });
  document.getElementById("remembered").hidden = false;
} catch {
  // a browser that keeps nothing: the list is pasted each time
}
