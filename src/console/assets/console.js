// What only the reader's machine knows: their clock and zone, and whether the stream lives. The page works without it.
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const TICK_MS = 1000;
const SILENT_MS = 40_000; // the stream beats every 10 s

function span(ms) {
  const seconds = Math.max(0, Math.floor(Math.abs(ms) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

function wordsFor(time, now) {
  const at = new Date(time.dateTime);
  switch (time.dataset.style) {
    case 'clock':
      return clock.format(at);
    case 'date':
      return date.format(at);
    default:
      return at > now ? `in ${span(at - now)}` : span(now - at);
  }
}

function tick() {
  const now = Date.now();
  for (const time of document.querySelectorAll('time[datetime]')) {
    const words = wordsFor(time, now);
    if (time.textContent !== words) time.textContent = words;
    if (!time.dataset.exact) {
      time.title = exact.format(new Date(time.dateTime));
      time.dataset.exact = '1';
    }
  }
  for (const bar of document.querySelectorAll('progress[data-since]'))
    bar.value = Math.min(bar.max, (now - Number(bar.dataset.since)) / 1000);
}

const main = document.querySelector('main');
const link = document.getElementById('link');
let heardAt = Date.now();
let lost = false;

function show() {
  if (!link) return;
  const text = lost ? `Reconnecting, last update ${clock.format(new Date(heardAt))}` : 'Live';
  link.className = lost ? 'warning' : 'resolved';
  if (link.lastChild.textContent !== text) link.lastChild.textContent = text;
}

function heard() {
  heardAt = Date.now();
  lost = false;
  show();
}
function missed() {
  lost = true;
  show();
}
for (const event of ['htmx:sse:after:connection', 'htmx:sse:after:message', 'beat'])
  document.addEventListener(event, heard);
for (const event of ['htmx:sse:error', 'htmx:sse:close']) document.addEventListener(event, missed);

if (main) new MutationObserver(tick).observe(main, { childList: true, subtree: true });
setInterval(() => {
  tick();
  if (Date.now() - heardAt > SILENT_MS && !document.hidden) missed();
}, TICK_MS);
tick();

// One menu at a time, and Escape closes it.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const open = document.querySelector('details.more[open]');
  if (!open) return;
  open.open = false;
  open.querySelector('summary')?.focus();
});
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.more[open]'))
    if (!menu.contains(event.target)) menu.open = false;
});
