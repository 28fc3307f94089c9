// Lights up the syllable of the poem and the note of the sheet that are heard.
const audio = document.querySelector(".player audio");
const times = JSON.parse(document.getElementById("times").textContent); // start, end, note of the syllable
const shown = times.map(([, , sung], n) => [
  ...document.querySelectorAll(`[data-note="${sung}"]`),
  ...document.querySelectorAll(`#note-${n}`),
]);
let lit = -1;
let frame = 0;

function light(n) {
  if (n === lit) return;
  shown[lit]?.forEach((part) => part.classList.remove("sung"));
  shown[n]?.forEach((part) => part.classList.add("sung"));
  lit = n;
}

function follow() {
  const now = audio.currentTime;
  light(times.findLastIndex(([start, end]) => start <= now && now < end));
  cancelAnimationFrame(frame);
  if (!audio.paused) frame = requestAnimationFrame(follow);
}

for (const event of ["play", "pause", "seeked", "ended"]) audio.addEventListener(event, follow);
