// The point of no return: its button comes alive when the target's name was typed. The server compares again.
document.addEventListener('input', event => {
  const input = event.target.closest('[data-confirm]');
  if (!input) return;
  const matches = input.value.trim() === input.dataset.confirm;
  input.form.querySelector('[data-confirmed]').setAttribute('aria-disabled', String(!matches));
  say(input.form, matches ? 'The name matches.' : input.value ? 'Not the same yet.' : '');
});

document.addEventListener('submit', event => {
  if (event.submitter?.getAttribute('aria-disabled') === 'true') {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.querySelector('[data-confirm]')?.focus();
    say(event.target, 'Type the name exactly to go on.');
  }
}, true);

// Only with scripts can the button come alive again; without them it is an ordinary button.
for (const input of document.querySelectorAll('[data-confirm]')) {
  const matches = input.value.trim() === input.dataset.confirm;
  input.form.querySelector('[data-confirmed]').setAttribute('aria-disabled', String(!matches));
}

function say(form, text) {
  const hint = form.querySelector('[data-hint]');
  if (hint) hint.textContent = text;
}
