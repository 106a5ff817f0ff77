/** The board's only stylesheet. Colours follow the reader's light or dark setting; no colour carries meaning alone. */
export const boardStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --panel: #ffffff; --line: #d9dde3; --text: #1b1f24; --quiet: #57606a;
  --accent: #0b5cad; --accent-soft: #e3effb; --good: #14683a; --good-soft: #dff3e6;
  --bad: #a3231b; --bad-soft: #fce5e3; --radius: 10px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --panel: #1d2127; --line: #343a43; --text: #e8eaed; --quiet: #a3abb5;
    --accent: #82b9f2; --accent-soft: #1d3048; --good: #85d3a3; --good-soft: #173523;
    --bad: #f3a29b; --bad-soft: #44201d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
a:focus-visible, .columns:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code { font: 0.9em ui-monospace, monospace; background: var(--accent-soft); border-radius: 4px; padding: 0.1em 0.35em; }
ul, ol, dl { list-style: none; margin: 0; padding: 0; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 0.25rem; }
h2 { font-size: 0.95rem; line-height: 1.3; margin: 0; }
p { margin: 0; }
.top { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: 0.8rem 1.25rem;
  background: var(--panel); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; font-size: 1.1rem; color: var(--text); text-decoration: none; }
.as-of, .meta, .empty, .when, .type, .description { color: var(--quiet); font-size: 0.87rem; }
.layout { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 1.5rem; padding: 1.25rem; }
nav a { display: block; padding: 0.4rem 0.7rem; border-radius: var(--radius); color: var(--text); text-decoration: none;
  overflow-wrap: anywhere; }
nav a:hover { background: var(--accent-soft); }
nav a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.meta { margin: 0.25rem 0 1rem; }
.columns { display: flex; gap: 0.9rem; overflow-x: auto; padding-bottom: 0.75rem; margin-bottom: 1.25rem; }
.column { flex: 1 0 13.5rem; max-width: 22rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: var(--radius); padding: 0.8rem; }
.column > * + * { margin-top: 0.6rem; }
.column h2 { display: flex; justify-content: space-between; align-items: baseline; gap: 0.5rem; overflow-wrap: anywhere; }
.column h2 + .type { margin-top: 0; }
.count, .chip { display: inline-block; border-radius: 999px; padding: 0 0.55em; font-size: 0.8rem; font-weight: 600;
  background: var(--accent-soft); color: var(--accent); }
.cards > * + * { margin-top: 0.55rem; }
.card { border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 8px; padding: 0.55rem 0.7rem; }
.card.failed { border-left-color: var(--bad); }
.chip.failed, .chip.expired { background: var(--bad-soft); color: var(--bad); }
.chip.completed { background: var(--good-soft); color: var(--good); }
.card-head { display: flex; justify-content: space-between; gap: 0.5rem; }
.ref { font-family: ui-monospace, monospace; }
.card dl { margin-top: 0.35rem; font-size: 0.87rem; }
.card dt { color: var(--quiet); display: inline; }
.card dt::after { content: ':\\00a0'; }
.card dd { display: inline; margin: 0; overflow-wrap: anywhere; }
.ended { margin-top: 0.6rem; background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); }
.ended li { display: flex; flex-wrap: wrap; gap: 0.3rem 0.8rem; padding: 0.5rem 0.8rem; }
.ended li + li { border-top: 1px solid var(--line); }
.ended .when { margin-left: auto; }
h2 + .empty { margin-top: 0.6rem; }
.notice { max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem; }
@media (max-width: 46rem) {
  .layout { grid-template-columns: minmax(0, 1fr); gap: 1rem; padding: 1rem; }
  .top { flex-wrap: wrap; padding: 0.8rem 1rem; }
  nav ul { display: flex; gap: 0.25rem; overflow-x: auto; }
  nav a { white-space: nowrap; }
  .columns { flex-direction: column; overflow: visible; }
  .column { flex: none; max-width: none; }
}
`;
