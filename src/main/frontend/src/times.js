// The server prints UTC in <time datetime>; here the reader's own clock is added, and counters tick.
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' });
const readerIsInUtc = new Date().getTimezoneOffset() === 0;

// A laptop with a wrong clock must not lie about deadlines.
const serverTime = document.querySelector('meta[name="server-time"]')?.content;
const skew = serverTime ? Date.parse(serverTime) - Date.now() : 0;

function duration(seconds) {
  const all = Math.max(0, Math.round(seconds));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all % 3600 / 60);
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${String(all % 60).padStart(2, '0')} s` : `${all} s`;
}

function addReadersClock() {
  if (readerIsInUtc) return;
  for (const time of document.querySelectorAll('time[data-local]')) {
    let own = time.nextElementSibling;
    if (!own?.matches('.own-clock')) {
      own = document.createElement('span');
      own.className = 'own-clock';
      time.after(own);
    }
    own.textContent = ` (${clock.format(new Date(time.dateTime))})`;
  }
}

function tick() {
  const now = Date.now() + skew;
  for (const since of document.querySelectorAll('[data-since]')) {
    since.textContent = duration((now - Date.parse(since.dataset.since)) / 1000);
  }
  for (const until of document.querySelectorAll('[data-until]')) {
    const left = (Date.parse(until.dataset.until) - now) / 1000;
    until.textContent = left >= 0 ? `in ${duration(left)}` : `${duration(-left)} ago`;
    until.classList.toggle('is-late', left < 0);
  }
}

function refresh() {
  addReadersClock();
  tick();
}

setInterval(tick, 1000);
refresh();
document.body.addEventListener('htmx:afterSettle', refresh);
