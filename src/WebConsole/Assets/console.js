// Improves pages that already work without it: theme, keys, copying, local formatting of nothing (times stay UTC).
const root = document.documentElement;
const all = (query, at = document) => [...at.querySelectorAll(query)];
const themes = ['auto', 'light', 'dark'];

function remembered(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* a private window: the choice lasts for this page */ }
}

function setTheme(name) {
  if (name === 'light' || name === 'dark') root.dataset.theme = name; else delete root.dataset.theme;
  for (const button of all('[data-theme-switch]')) button.textContent = `Theme: ${name}`;
  document.dispatchEvent(new CustomEvent('provost:theme'));
}

let theme = remembered('provost.theme') ?? 'auto';
setTheme(theme);

// what only a script can do is shown only with one
const reveal = () => { for (const button of all('[data-theme-switch], [data-copy]')) button.hidden = false; };
reveal();
document.addEventListener('htmx:afterSettle', reveal);

// A section that refreshes itself must not take the focus away from somebody who is walking through it.
let focused = null;
document.addEventListener('htmx:beforeSwap', () => { focused = document.activeElement?.getAttribute('href') ?? null; });
document.addEventListener('htmx:afterSwap', () => {
  if (focused === null || document.activeElement !== document.body) return;
  all('a[href]').find(link => link.getAttribute('href') === focused)?.focus();
});

document.addEventListener('click', event => {
  const button = event.target.closest('[data-theme-switch], [data-copy]');
  if (!button) return;
  if (button.hasAttribute('data-copy')) {
    navigator.clipboard?.writeText(button.dataset.copy).then(() => announce('Copied.'));
    return;
  }
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  remember('provost.theme', theme);
  setTheme(theme);
});

function announce(text) {
  const live = document.getElementById('live');
  if (live) live.textContent = text;
}

// Single keys go somewhere or move the focus; none of them acts on a system.
const places = { o: '/', s: '/systems', d: '/decisions', i: '/incidents', f: '/found' };
let leader = false;

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [contenteditable]')) return;
  if (leader) {
    leader = false;
    if (places[event.key]) location.assign(places[event.key]);
    return;
  }
  if (event.key === 'g') { leader = true; return; }
  if (event.key === '/') { event.preventDefault(); document.getElementById('find')?.focus(); return; }
  if (event.key === 'j' || event.key === 'k') move(event.key === 'j' ? 1 : -1);
});

function move(by) {
  const links = all('[data-row] a:first-of-type');
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at + by))].focus();
}
