// Makes the inventory quick: every row is in the page, and is found, sorted and paged here. Without it the form does the same.
"use strict";
const MOST_BYTES = 10_000_000;
const ON_A_PAGE = 100;
const part = (id) => document.getElementById(id);

for (const field of document.querySelectorAll("[name=scripted]")) field.value = "yes";

// What was sent by mistake or twice.
const enable = () => { for (const button of document.querySelectorAll("form .button")) button.disabled = false; };
if (part("list")) {
  part("file").addEventListener("change", () => {
    const large = part("file").files[0]?.size > MOST_BYTES;
    part("too-large").textContent = large ? part("list").dataset.large : "";
  });
  part("list").addEventListener("submit", (event) => {
    if (part("too-large").textContent) { event.preventDefault(); part("file").focus(); return; }
    setTimeout(() => { for (const button of document.querySelectorAll("#list .button")) button.disabled = true; });
  });
  addEventListener("pageshow", enable);
}

if (part("every")) {
  const every = [...part("every").content.querySelectorAll("tr")];
  const texts = new Map(every.map((row) => [row, row.cells[1].textContent.toLowerCase()]));
  const body = part("units").tBodies[0];
  const heads = [...part("units").tHead.rows[0].cells];
  const form = part("again");
  const order = new Intl.Collator(undefined, { numeric: true });
  const ranks = [...part("verdict").options].map((option) => option.value);
  const miles = (row) => Number(row.cells[3].textContent.replace(/[,\s]/g, "") || -1);
  const keys = {
    line: (one, other) => one.cells[0].textContent - other.cells[0].textContent,
    model: (one, other) => order.compare(texts.get(one).replace(/^\d{4} /, ""), texts.get(other).replace(/^\d{4} /, "")),
    mileage: (one, other) => (miles(one) || 0) - (miles(other) || 0),
    certification: (one, other) => order.compare(one.cells[4].textContent, other.cells[4].textContent),
    verdict: (one, other) => ranks.indexOf(one.dataset.verdict) - ranks.indexOf(other.dataset.verdict),
  };
  let sorted = every;
  let from = Number(part("next").value) * ON_A_PAGE - 2 * ON_A_PAGE;

  const sort = () => {
    const name = form.elements.sort.value;
    const way = name.startsWith("-") ? -1 : 1;
    sorted = [...every].sort((one, other) => way * keys[name.replace("-", "")](one, other));
  };

  const show = (start) => {
    const verdict = part("verdict").value;
    const search = part("search").value.trim().toLowerCase();
    const found = sorted.filter((row) => (!verdict || row.dataset.verdict === verdict) && texts.get(row).includes(search));
    from = Math.min(Math.max(0, start), Math.max(0, Math.ceil(found.length / ON_A_PAGE) - 1) * ON_A_PAGE);
    body.replaceChildren(...found.slice(from, from + ON_A_PAGE));
    part("before").disabled = from === 0;
    part("next").disabled = from + ON_A_PAGE >= found.length;
    const numbers = { first: found.length ? from + 1 : 0, last: Math.min(from + ON_A_PAGE, found.length), all: found.length };
    part("found").textContent = part("found").dataset.words.replace(/\{(\w+)\}/g, (_, name) => numbers[name].toLocaleString());
  };

  part("verdict").addEventListener("change", () => show(0));
  part("search").addEventListener("input", () => show(0));
  for (const [button, step] of [[part("before"), -ON_A_PAGE], [part("next"), ON_A_PAGE]]) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      show(from + step);
      part("vehicles").scrollIntoView();
    });
  }
  part("show").hidden = true;
  part("search").addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  for (const head of heads) {
    const button = head.querySelector("button");
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const name = button.value.replace("-", "");
      form.elements.sort.value = form.elements.sort.value === name ? `-${name}` : name;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", form.elements.sort.value.startsWith("-") ? "descending" : "ascending");
      sort();
      show(0);
    });
  }
  sort();
  show(from);
}
