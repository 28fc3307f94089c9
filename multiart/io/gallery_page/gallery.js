// A work is one object of window.works (gallery/works.js). Texts are only ever set as text, never as HTML.
const works = window.works || [];
const FACETS = { style: "style", season: "season", time_of_day: "time", weather: "weather", place: "place", subjects: "with", language: "language", task: "task", song: "song" };
const NUMBERS = { seed: "seed", valence: "sad to happy", arousal: "calm to excited" };
for (const work of works) for (const name of Object.keys(work.metrics || {})) NUMBERS[name] = name;
const number = (work, name) => work[name] ?? (work.metrics || {})[name];
const plural = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
const plain = (text) => text.normalize("NFKC").toLowerCase();

// ---- favourites: kept in the browser, saved as rows that `render` reads
const KEY = "multiart.favourites";
let loved = new Set();
try { loved = new Set(JSON.parse(localStorage.getItem(KEY) || "[]")); } catch { /* no storage: for this visit only */ }

function love(work, on = !loved.has(work.id)) {
  on ? loved.add(work.id) : loved.delete(work.id);
  try { localStorage.setItem(KEY, JSON.stringify([...loved])); } catch { /* the same */ }
  for (const heart of document.querySelectorAll(`.heart[data-id="${work.id}"]`)) heart.setAttribute("aria-pressed", on);
  showCounts();
}

function row(work) {
  const liked = { style: work.style, place: work.place, valence: work.valence, arousal: work.arousal }; // for style.favourites
  return JSON.stringify({ id: work.id, prompt: work.prompt ?? work.text, seed: work.seed, ...(work.variation ? { variation: work.variation } : {}), ...work.settings, liked });
}

function save() {
  const rows = works.filter((work) => loved.has(work.id)).map(row);
  const link = make("a", { download: "favourites.jsonl" });
  link.href = URL.createObjectURL(new Blob(rows.map((line) => line + "\n"), { type: "application/jsonl" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function load(file) {
  const ids = new Set();
  for (const line of (await file.text()).split("\n")) {
    try { ids.add(JSON.parse(line).id); } catch { /* a line of something else */ }
  }
  for (const work of works) if (ids.has(work.id)) love(work, true);
  update();
}

// ---- what is shown: search, facets, ranges, order
const SORTS = {
  "as made": (a, b) => a.place_in_list - b.place_in_list,
  "newest first": (a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : a.place_in_list - b.place_in_list),
  title: (a, b) => a.title.localeCompare(b.title),
};
for (const [name, label] of Object.entries(NUMBERS)) SORTS[label] = (a, b) => (number(a, name) ?? Infinity) - (number(b, name) ?? Infinity);
works.forEach((work, index) => { work.place_in_list = index; });
let shown = works;

const tags = (work, facet) => (facet === "song" ? [work.song ? "with a song" : "without"] : [].concat(work[facet] ?? []));
const haystack = (work) => (work.haystack ??= plain([work.title, work.text, work.prompt ?? "", work.caption, work.style ?? ""].join("\n")));

function state() {
  const values = {};
  for (const control of document.querySelectorAll("#search, #filters select, #filters input[type=number]")) {
    if (control.value.trim() !== "") values[control.id] = control.value.trim();
  }
  if ($("only").getAttribute("aria-pressed") === "true") values.only = "yes";
  if ($("sort").selectedIndex > 0) values.sort = $("sort").value;
  return values;
}

function select(values) {
  const words = plain(values.search || "").split(/\s+/).filter(Boolean);
  const facets = Object.keys(FACETS).filter((facet) => values[facet]);
  const ranges = Object.keys(NUMBERS).map((name) => [name, parseFloat(values[`${name}-from`] ?? "-Infinity"), parseFloat(values[`${name}-to`] ?? "Infinity")])
    .filter(([, from, to]) => from > -Infinity || to < Infinity);
  const found = works.filter((work) =>
    (!values.only || loved.has(work.id))
    && facets.every((facet) => tags(work, facet).includes(values[facet]))
    && ranges.every(([name, from, to]) => number(work, name) >= from && number(work, name) <= to)
    && words.every((word) => haystack(work).includes(word)));
  return found.sort(SORTS[values.sort] ?? SORTS["as made"]);
}

function update() {
  const values = state();
  const current = shown[active]?.id;
  shown = select(values);
  active = Math.max(0, shown.findIndex((work) => work.id === current));
  history.replaceState(null, "", Object.keys(values).length ? "#" + new URLSearchParams(values) : location.pathname + location.search);
  const narrowed = Object.keys(values).filter((key) => !["search", "sort", "only"].includes(key)).length;
  $("active").textContent = narrowed; $("active").hidden = !narrowed;
  $("none").hidden = shown.length > 0;
  showCounts();
  drawMoods(values);
  layOut();
}

function showCounts() {
  $("count").textContent = shown.length === works.length ? plural(works.length, "work") : `${shown.length.toLocaleString("en")} of ${plural(works.length, "work")}`;
  $("loved").textContent = works.reduce((count, work) => count + loved.has(work.id), 0);
  $("tray").hidden = picked.length === 0;
  $("picked").textContent = picked.length === 1 ? "1 picked; pick up to three more" : `${picked.length} picked`;
  $("compare").disabled = picked.length < 2;
}

function clearAll() {
  for (const control of document.querySelectorAll("#search, #filters select, #filters input[type=number]")) control.value = "";
  $("only").setAttribute("aria-pressed", false);
  update();
}

function buildFilters(values) {
  for (const [facet, label] of Object.entries(FACETS)) {
    const counts = new Map();
    for (const work of works) for (const tag of tags(work, facet)) counts.set(tag, (counts.get(tag) || 0) + 1);
    if (counts.size < 2) continue;
    const options = [...counts].sort((a, b) => b[1] - a[1]).map(([tag, count]) => make("option", { value: tag }, `${tag} (${count.toLocaleString("en")})`));
    $("facets").append(make("label", {}, label, make("select", { id: facet }, make("option", { value: "" }, "any"), ...options)));
  }
  for (const [name, label] of Object.entries(NUMBERS)) {
    if (name === "valence" || name === "arousal") continue;
    const ends = ["from", "to"].map((end) => make("input", { id: `${name}-${end}`, type: "number", step: "any", "aria-label": `${label}, ${end}`, placeholder: end }));
    $("numbers").append(make("span", {}, label), ...ends);
  }
  $("sort").append(...Object.keys(SORTS).map((name) => make("option", {}, name)));
  for (const [id, value] of Object.entries(values)) if ($(id) && id !== "only") $(id).value = value;
  if (values.only) $("only").setAttribute("aria-pressed", true);
}

// ---- the map of moods: every shown work a dot; a drag picks a part
const canvas = $("moods");
function drawMoods(values) {
  if ($("filters").hidden) return;
  const pen = canvas.getContext("2d"), { width, height } = canvas, style = getComputedStyle(document.body);
  const x = (v) => (v + 1) / 2 * width, y = (a) => (1 - a) / 2 * height;
  const [ink, faint, seal] = ["--ink", "--faint", "--seal"].map((name) => style.getPropertyValue(name));
  pen.clearRect(0, 0, width, height);
  pen.strokeStyle = faint; pen.globalAlpha = 0.35;
  pen.beginPath(); pen.moveTo(width / 2, 0); pen.lineTo(width / 2, height); pen.moveTo(0, height / 2); pen.lineTo(width, height / 2); pen.stroke();
  pen.globalAlpha = Math.max(0.12, Math.min(0.8, 120 / shown.length)); pen.fillStyle = ink;
  for (const work of shown) { pen.beginPath(); pen.arc(x(work.valence), y(work.arousal), 3, 0, 7); pen.fill(); }
  pen.globalAlpha = 1; pen.fillStyle = faint; pen.font = "13px serif";
  for (const [word, at, dx, dy] of [["sad", "left", 6, height / 2 - 6], ["happy", "right", width - 6, height / 2 - 6], ["excited", "center", width / 2, 14], ["calm", "center", width / 2, height - 6]]) { pen.textAlign = at; pen.fillText(word, dx, dy); }
  if (!["valence-from", "valence-to", "arousal-from", "arousal-to"].some((id) => id in values)) return;
  const [left, right] = [values["valence-from"] ?? -1, values["valence-to"] ?? 1].map((v) => x(Number(v)));
  const [bottom, top] = [values["arousal-from"] ?? -1, values["arousal-to"] ?? 1].map((v) => y(Number(v)));
  pen.strokeStyle = seal; pen.lineWidth = 2; pen.strokeRect(left, top, right - left, bottom - top); pen.lineWidth = 1;
}
let dragged = null;
const mood = (event) => { const box = canvas.getBoundingClientRect(); return [(event.clientX - box.left) / box.width * 2 - 1, 1 - (event.clientY - box.top) / box.height * 2].map((v) => Math.round(Math.max(-1, Math.min(1, v)) * 100) / 100); };
canvas.addEventListener("pointerdown", (event) => { dragged = mood(event); canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  mood(event).forEach((value, i) => { const name = ["valence", "arousal"][i]; $(`${name}-from`).value = Math.min(value, dragged[i]); $(`${name}-to`).value = Math.max(value, dragged[i]); });
  later();
});
canvas.addEventListener("pointerup", () => { dragged = null; });

// ---- the grid: only the rows in sight are in the document
const grid = $("grid"), cards = new Map();
let columns = 1, side = 0, height = 0, gap = 0, active = 0, viewed = 0;

function layOut() {
  const width = grid.clientWidth, small = innerWidth < 640;
  gap = small ? 14 : 34;
  columns = Math.max(small ? 2 : 1, Math.floor((width + gap) / ((small ? 150 : 230) + gap)));
  side = Math.floor((width - gap * (columns - 1)) / columns);
  height = side + 58;
  grid.style.setProperty("--w", `${side}px`);
  grid.style.setProperty("--h", `${height}px`);
  grid.style.height = `${Math.max(0, Math.ceil(shown.length / columns) * (height + gap) - gap)}px`;
  fill();
}

function fill() {
  const top = -grid.getBoundingClientRect().top;
  const first = Math.max(0, Math.floor(top / (height + gap)) - 2) * columns;
  const last = Math.min(shown.length, Math.ceil((top + innerHeight) / (height + gap) + 2) * columns);
  const wanted = new Set();
  for (let index = first; index < last; index++) {
    const work = shown[index];
    if (!cards.has(work.id)) cards.set(work.id, card(work));
    const node = cards.get(work.id);
    wanted.add(work.id);
    node.style.transform = `translate(${(index % columns) * (side + gap)}px, ${Math.floor(index / columns) * (height + gap)}px)`;
    node.setAttribute("aria-posinset", index + 1);
    node.setAttribute("aria-setsize", shown.length);
    node.firstChild.tabIndex = index === active ? 0 : -1;
    if (grid.children[index - first] !== node) grid.insertBefore(node, grid.children[index - first] ?? null);
  }
  for (const [id, node] of cards) if (!wanted.has(id)) { node.remove(); cards.delete(id); }
}

function card(work) {
  const picture = work.thumb ? make("img", { src: work.thumb, alt: "", decoding: "async", width: work.size[0], height: work.size[1] }) : make("span", { class: "words", lang: work.language, dir: "auto" }, work.text);
  const label = `${work.title}. ${work.caption}${work.song ? ". With a song" : ""}`;
  return make("li", {},
    make("button", { class: "card", "aria-label": label, onclick: () => view(work), onfocus: () => { active = shown.indexOf(work); } },
      make("span", { class: "mat" }, picture), make("span", { class: "name", lang: work.language, dir: "auto" }, work.title), make("span", { class: "note" }, note(work))),
    make("span", { class: "marks" }, pick_button(work, "+"), heart(work, "♥")),
    work.song ? make("span", { class: "note-mark", "aria-hidden": true }, "♪") : null);
}
const note = (work) => [work.style, `seed ${work.seed}`, work.variation ? `no. ${work.variation}` : null].filter(Boolean).join(" · ");
const heart = (work, label, tabindex = -1) => make("button", { class: "heart", "data-id": work.id, tabindex, "aria-pressed": loved.has(work.id), "aria-label": `Favourite: ${work.title}`, title: "Favourite (f)", onclick: () => love(work) }, label);
const pick_button = (work, label, tabindex = -1) => make("button", { class: "pick", "data-id": work.id, tabindex, "aria-pressed": picked.includes(work), "aria-label": `Compare: ${work.title}`, title: "Pick to compare (c)", onclick: () => pick(work) }, label);

function go(index) {
  active = Math.max(0, Math.min(shown.length - 1, index));
  const top = grid.getBoundingClientRect().top + Math.floor(active / columns) * (height + gap), bar = document.querySelector("header").offsetHeight + 12;
  if (top < bar) scrollBy(0, top - bar);
  else if (top + height > innerHeight - 12) scrollBy(0, top + height - innerHeight + 12);
  fill();
  cards.get(shown[active]?.id)?.firstChild.focus({ preventScroll: true });
}

// ---- one work
const verses = (work) => { // without a first line that is the title, which stands above
  const [first, ...rest] = work.text.split("\n");
  return first.trim().replace(/^《|》$/g, "") === work.title && rest.length && (!rest[0].trim() || first.startsWith("《")) ? rest.join("\n").trimStart() : work.text;
};
function view(work) {
  const dialog = $("viewer"), index = shown.indexOf(work);
  active = viewed = Math.max(0, index);
  const facts = { style: work.style, scene: [work.time_of_day, work.season, work.weather, work.place].filter(Boolean).join(", "), with: (work.subjects || []).join(", "), mood: `valence ${work.valence.toFixed(2)}, arousal ${work.arousal.toFixed(2)}`, seed: work.seed, made: work.created.slice(0, 10), ...work.metrics };
  const turn = (step, label) => make("button", { disabled: !shown[index + step], onclick: () => view(shown[index + step]) }, label);
  dialog.replaceChildren(
    make("div", { class: "turn" }, make("span", {}, turn(-1, "← Before"), " ", turn(1, "Next →")), make("button", { "aria-label": "Close", onclick: () => dialog.close() }, "×")),
    make("article", {},
      work.picture ? make("figure", { class: "mat" }, make("img", { src: work.picture, alt: work.caption, width: work.size[0], height: work.size[1] })) : "",
      make("div", {}, make("h2", { id: "viewer-title", lang: work.language, dir: "auto" }, work.title),
        make("p", { class: "verses", lang: work.language, dir: "auto", tabindex: 0 }, verses(work)),
        make("p", { class: "caption" }, work.caption),
        make("dl", { class: "facts" }, ...Object.entries(facts).filter(([, value]) => value !== "" && value != null).flatMap(([key, value]) => [make("dt", {}, key), make("dd", {}, String(value))])),
        make("div", { class: "acts" }, heart(work, "♥ Favourite", 0), pick_button(work, "+ Compare", 0),
          work.song ? make("button", { onclick: () => play(work) }, "♪ Play") : null,
          work.href ? make("a", { href: work.href }, "Its own page") : null))));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}
$("viewer").addEventListener("close", () => go(viewed)); // the browser has given the focus back to where the look began

function play(work) {
  const audio = document.querySelector("#player audio");
  if (audio.getAttribute("src") !== work.song) audio.setAttribute("src", work.song);
  $("player").hidden = false;
  $("playing").textContent = `♪ ${work.title}`;
  audio.paused ? audio.play().catch(() => {}) : audio.pause();
}

// ---- works side by side
let picked = [];
function pick(work) {
  picked = picked.includes(work) ? picked.filter((other) => other !== work) : [...picked, work].slice(-4);
  const ids = new Set(picked.map((other) => other.id));
  for (const button of document.querySelectorAll(".pick")) button.setAttribute("aria-pressed", ids.has(button.dataset.id));
  showCounts();
}

function compare() {
  if (picked.length < 2) return;
  const all = picked.map((work) => ({ ...work.settings, style: work.style, season: work.season, "time of day": work.time_of_day, weather: work.weather, place: work.place, with: (work.subjects || []).join(", "), valence: work.valence, arousal: work.arousal, seed: work.seed, variation: work.variation, ...work.metrics }));
  const keys = [...new Set(all.flatMap(Object.keys))].filter((key) => new Set(all.map((one) => JSON.stringify(one[key]))).size > 1);
  const cells = (render) => picked.map((work, i) => make("td", {}, render(work, i)));
  const line = (label, render) => make("tr", {}, make("th", { scope: "row" }, label), ...cells(render));
  const words = (value) => (value === undefined || value === null ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));
  $("sides").style.setProperty("--n", picked.length + 0.6);
  $("sides").replaceChildren(
    make("div", { class: "turn" }, make("span", {}), make("button", { "aria-label": "Close", onclick: () => $("sides").close() }, "×")),
    make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "row" }, ""), ...picked.map((work) => make("th", { scope: "col", lang: work.language, dir: "auto" }, work.title)))),
      make("tbody", {}, line("picture", (work) => (work.picture ? make("div", { class: "mat" }, make("img", { src: work.picture, alt: work.caption })) : "–")),
        line("poem", (work) => make("div", { class: "verses", lang: work.language, dir: "auto", tabindex: 0 }, verses(work))),
        ...keys.map((key) => line(key, (work, i) => words(all[i][key]))))));
  $("sides").showModal();
}

// ---- listening
let timer = 0;
const later = () => { clearTimeout(timer); timer = setTimeout(update, 80); };
const toggle = (id) => { const on = $(id).getAttribute("aria-pressed") !== "true"; $(id).setAttribute("aria-pressed", on); return on; };
$("search").addEventListener("input", later);
for (const kind of ["input", "change"]) $("filters").addEventListener(kind, later);
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("reset", (event) => { event.preventDefault(); clearAll(); });
$("sort").addEventListener("change", update);
$("only").addEventListener("click", () => { toggle("only"); update(); });
$("more").addEventListener("click", () => { $("filters").hidden = !$("filters").hidden; $("more").setAttribute("aria-expanded", !$("filters").hidden); scrollTo(0, 0); update(); });
$("clear").addEventListener("click", clearAll);
$("keys").addEventListener("click", () => $("help").showModal());
$("save").addEventListener("click", save);
$("load").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => $("file").files[0] && load($("file").files[0]));
$("compare").addEventListener("click", compare);
$("unpick").addEventListener("click", () => { picked = []; pick(works[0]); pick(works[0]); });
$("stop").addEventListener("click", () => { document.querySelector("#player audio").pause(); $("player").hidden = true; });
for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
addEventListener("scroll", fill, { passive: true });
new ResizeObserver(layOut).observe(document.querySelector("main"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawMoods(state()));

addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea, audio"), viewing = $("viewer").open, work = shown[active];
  if (typing || event.ctrlKey || event.metaKey || event.altKey || $("help").open || $("sides").open) return;
  const inGrid = event.target === document.body || grid.contains(event.target);
  const page = Math.max(1, Math.floor(innerHeight / (height + gap))) * columns;
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  const acts = { f: () => love(work), c: () => pick(work), s: compare, p: () => work.song && play(work), "?": () => $("help").showModal() };
  if (viewing && (event.key === "ArrowRight" || event.key === "ArrowLeft")) { const next = shown[active + moves[event.key]]; if (next) view(next); }
  else if (viewing && event.key in moves) return;
  else if (event.key in moves && inGrid && shown.length) { if (event.target !== document.body || event.key.startsWith("Arrow")) go(event.target === document.body ? active : active + moves[event.key]); else return; }
  else if (event.key === "/" && !viewing) $("search").focus();
  else if (event.key in acts && work) acts[event.key]();
  else return;
  event.preventDefault();
});

buildFilters(Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
update();
