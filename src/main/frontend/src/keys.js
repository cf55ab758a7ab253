// Single letters, only while no field has the focus; "?" lists them and switches them off (WCAG 2.1.4).
// No key approves anything.
const OFF = 'backout.keys';
const keys = {
  j: () => move(1),
  k: () => move(-1),
  '?': () => dialog()?.showModal()
};

function dialog() {
  return document.querySelector('dialog#keys');
}

function move(by) {
  const links = [ ...document.querySelectorAll('[data-row] a.row-link') ];
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by));
  links[next]?.focus();
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable], [data-island], dialog')) return;
  if (localStorage.getItem(OFF) === 'off') return;
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

const choice = dialog()?.querySelector('[data-keys-off]');
if (choice) {
  choice.checked = localStorage.getItem(OFF) === 'off';
  choice.addEventListener('change', () => localStorage.setItem(OFF, choice.checked ? 'off' : 'on'));
}
const opener = document.querySelector('[data-open-keys]');
if (opener) {
  opener.hidden = false;
  opener.addEventListener('click', () => dialog()?.showModal());
}
