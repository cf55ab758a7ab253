// What every page gets on top of plain links and forms. Without it everything still works.
import htmx from 'htmx.org';
import { Idiomorph } from 'idiomorph';
import './confirm.js';
import './keys.js';
import './live.js';
import './times.js';

htmx.config.includeIndicatorStyles = false; // no <style> of its own: Content-Security-Policy
htmx.config.allowEval = false;              // no hx-on, no trigger filters, no js: values
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;           // nothing of a run is kept in the browser
htmx.config.scrollBehavior = 'auto';

// The session may have ended meanwhile: load the page anew, so that the log-in page comes and leads back here.
document.body.addEventListener('htmx:responseError', event => {
  if ([ 401, 403 ].includes(event.detail.xhr.status)) location.reload();
});
document.body.addEventListener('htmx:beforeSwap', event => {
  if (new URL(event.detail.xhr.responseURL || location.href).pathname === '/login') {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

document.body.addEventListener('htmx:configRequest', event => {
  const token = document.querySelector('meta[name="_csrf"]');
  const header = document.querySelector('meta[name="_csrf_header"]');
  if (token && header) event.detail.headers[header.content] = token.content;
});

// hx-swap="morph": keeps focus, scroll and half-typed input while the server's truth comes in.
htmx.defineExtension('morph', {
  isInlineSwap: swap => swap.startsWith('morph'),
  handleSwap: (swap, target, fragment) => {
    if (!swap.startsWith('morph')) return false;
    return Idiomorph.morph(target, fragment.children, {
      morphStyle: swap === 'morph:innerHTML' ? 'innerHTML' : 'outerHTML',
      ignoreActiveValue: true,
      callbacks: { beforeNodeMorphed: keepAsItIs }
    });
  }
});

/**
 * Islands draw their own inside, and what asked the server for its inside (data-lazy) asks again by itself: the page
 * around comes without it. An opened <details> and the reader's own clock stay.
 */
function keepAsItIs(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) return true;
  if (old.matches('details') && old.open) fresh.setAttribute?.('open', '');
  return !old.matches('[data-island], [data-lazy]');
}
