// One EventSource per tab for everything on the page: <main data-stream="/live/runs/42"> becomes "backout:changed"
// on the body, and fragments listen with hx-trigger="backout:changed from:body". A page that lost its stream says so
// and keeps what it has (decision 0041 tells why this is not htmx's own extension).
const url = document.querySelector('[data-stream]')?.dataset.stream;
const sign = document.querySelector('[data-live]');
let source;
let timer;
let tries = 0;
let heard = 0;

function say(state, text) {
  if (!sign || sign.dataset.live === state) return;
  sign.dataset.live = state;
  sign.textContent = text;
}

function changed() {
  document.body.dispatchEvent(new CustomEvent('backout:changed'));
}

function alive() {
  heard = Date.now();
  say('on', 'Live');
}

function open() {
  clearTimeout(timer);
  source?.close();
  source = new EventSource(url);
  source.addEventListener('open', () => {
    tries = 0;
    alive();
    // what changed while the page had no stream, also between its writing and the first one, was told to nobody
    changed();
  });
  source.addEventListener('changed', () => {
    alive();
    changed();
  });
  source.addEventListener('beat', alive);
  source.addEventListener('error', lost);
}

function lost() {
  source.close();
  say('off', 'Connection lost: what you see may be old');
  // full jitter up to 30 s: a server that comes back is not met by all tabs at once
  timer = setTimeout(open, 500 + Math.random() * Math.min(30000, 1000 * 2 ** tries++));
}

if (url) {
  // not before htmx listens to what this tells
  addEventListener('DOMContentLoaded', open);
  // A stream that is open but silent is dead too (proxies, sleeping laptops): the server beats every 15 s.
  setInterval(() => {
    if (source?.readyState === EventSource.OPEN && Date.now() - heard > 40000) lost();
  }, 5000);
  // Browsers allow six HTTP/1.1 connections a site: a hidden tab gives its own back.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      clearTimeout(timer);
      source?.close();
    }
    else open();
  });
  // A stream that ends because the reader leaves is no lost connection.
  addEventListener('pagehide', () => {
    clearTimeout(timer);
    source?.close();
  });
}
