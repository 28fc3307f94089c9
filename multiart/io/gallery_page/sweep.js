// Jobs of a sweep (#data). Texts are only ever set as text, never as HTML.
const { keys, jobs, metric } = JSON.parse(document.getElementById("data").textContent);
const names = keys.map((key) => key.name);

const labels = Object.fromEntries(keys.map((key) => [key.name, key.label]));
const words = (job, some) => some.map((name) => `${labels[name]} ${job.values[name]}`).join(" · ");
const short = (number) => (number === null ? null : String(Number(number.toPrecision(4))));

// ---- the works: rows and columns are two of the keys, every choice of the others is a part of its own
function card(job, label) {
  const shown = job.pictures.slice(0, 4), more = job.works > 1 ? `${job.works} works` : null;
  const mat = job.state === "done" && shown.length
    ? make("span", { class: shown.length > 1 ? "mat four" : "mat" }, ...shown.map((picture) => make("img", { src: picture.thumb, alt: "", loading: "lazy", decoding: "async", width: picture.size[0], height: picture.size[1] })))
    : make("span", { class: "mat wrong" }, make("b", {}, job.state === "done" ? "no picture" : job.state === "failed" ? "failed" : "not finished"), make("span", {}, job.reason ?? ""));
  const note = [job.result === null ? null : short(job.result), more].filter(Boolean).join(" · ");
  return make("button", { class: "card", "aria-label": `${words(job, names)}. ${job.state}${job.reason ? `: ${job.reason}` : ""}`, "data-job": jobs.indexOf(job), onclick: () => view(job) },
    mat, label ? make("span", { class: "name" }, label) : null, note ? make("span", { class: "note" }, note) : null);
}

function tableOf(some, row, column) {
  const rows = keys.find((key) => key.name === row)?.values ?? [null], columns = keys.find((key) => key.name === column)?.values ?? [null];
  const find = (r, c) => some.filter((job) => (r === null || job.values[row] === r) && (c === null || job.values[column] === c));
  const label = [column && `${labels[column]} →`, row && `${labels[row]} ↓`].filter(Boolean).map((line) => make("span", {}, line));
  return make("div", { class: "wide" }, make("table", { class: "cells", style: `--n:${columns.length}` },
    make("thead", {}, make("tr", {}, make("th", { class: "keys", scope: "col" }, ...label), ...columns.map((value) => make("th", { scope: "col" }, value ?? "")))),
    make("tbody", {}, ...rows.map((r) => make("tr", {}, make("th", { scope: "row" }, r ?? ""), ...columns.map((c) => make("td", {}, ...find(r, c).map((job) => card(job, null)))))))));
}

function layOut() {
  const row = $("rows").value, column = $("columns").value, rest = names.filter((name) => name !== row && name !== column);
  if (!row && !column) {
    $("grid-of-works").replaceChildren(make("ul", { class: "list" }, ...jobs.map((job) => make("li", {}, card(job, words(job, names))))));
    return;
  }
  const parts = new Map();
  for (const job of jobs) { const part = words(job, rest); parts.set(part, [...(parts.get(part) ?? []), job]); }
  $("grid-of-works").replaceChildren(...[...parts].flatMap(([part, some]) => [part ? make("h3", {}, part) : null, tableOf(some, row, column)]).filter(Boolean));
}

function start() {
  const full = keys.reduce((count, key) => count * key.values.length, 1) <= 1.5 * jobs.length; // else most cells were empty
  const longest = [...names].sort((a, b) => size(b) - size(a));
  const chosen = names.length > 1 && full ? { columns: longest[0], rows: longest[1] } : { columns: "", rows: "" };
  for (const id of ["rows", "columns"]) {
    $(id).append(make("option", { value: "" }, "–"), ...names.map((name) => make("option", {}, name)));
    $(id).value = chosen[id];
    $(id).addEventListener("change", () => { const other = $(id === "rows" ? "columns" : "rows"); if (other.value === $(id).value) other.value = ""; layOut(); });
  }
  $("axes").hidden = names.length < 2;
  layOut();
}
const size = (name) => { const n = keys.find((key) => key.name === name).values.length; return n > 12 ? 1 / n : n; };

// ---- one job
function view(job) {
  const dialog = $("viewer"), cards = [...document.querySelectorAll("#grid-of-works .card")], place = cards.findIndex((node) => jobs[node.dataset.job] === job);
  const turn = (step, label) => { const next = cards[place + step]; return make("button", { disabled: !next, onclick: () => view(jobs[next.dataset.job]) }, label); };
  const picture = job.pictures[0], facts = { ...job.values, [metric]: short(job.result), seconds: short(job.seconds), job: job.name };
  dialog.replaceChildren(
    make("div", { class: "turn" }, make("span", {}, turn(-1, "← Before"), " ", turn(1, "Next →")), make("button", { "aria-label": "Close", onclick: () => dialog.close() }, "×")),
    make("article", {},
      picture ? make("figure", { class: "mat" }, make("img", { src: picture.picture, alt: picture.title, width: picture.size[0], height: picture.size[1] })) : "",
      make("div", {}, make("h2", { id: "viewer-title", dir: "auto" }, picture?.title ?? `Job ${job.name}`),
        job.reason ? make("p", { class: "reason" }, job.reason) : null,
        make("dl", { class: "facts" }, ...Object.entries(facts).filter(([, value]) => value !== null).flatMap(([key, value]) => [make("dt", {}, key), make("dd", {}, String(value))])),
        make("div", { class: "acts" }, job.href ? make("a", { href: job.href }, job.works > 1 ? `All ${job.works} works` : "Its own page") : null))));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}
$("viewer").addEventListener("click", (event) => { if (event.target === $("viewer")) $("viewer").close(); });
addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: "button:nth-of-type(1)", ArrowRight: "button:nth-of-type(2)" };
  if ($("viewer").open && event.key in steps) $("viewer").querySelector(`.turn span ${steps[event.key]}`).click();
});

// ---- the table: a click on a heading sorts by it
for (const head of document.querySelectorAll("#jobs th")) head.firstChild.addEventListener("click", () => {
  const down = head.getAttribute("aria-sort") === "ascending", column = head.cellIndex, body = $("jobs").tBodies[0];
  const key = (row) => { const text = row.cells[column].textContent; return text === "" ? null : isNaN(text) ? text : Number(text); };
  const order = (a, b) => (a === null) - (b === null) || (a === b ? 0 : (typeof a === typeof b ? a < b : typeof a === "number") !== down ? -1 : 1);
  for (const other of document.querySelectorAll("#jobs th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...[...body.rows].sort((a, b) => order(key(a), key(b))));
});
if ($("axes")) start();
