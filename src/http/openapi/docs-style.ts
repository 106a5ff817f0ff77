/** The look of `/api/docs`: light and dark, down to the width of a phone. */
export const docsStyle = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #4a5fd0; }
@media (prefers-color-scheme: dark) { :root { --accent: #9aa8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
h2 { margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); }
nav ul { columns: 14rem; padding-left: 1.2rem; }
a { color: var(--accent); }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
article h3 { margin: 0; font-size: 1.05rem; }
.call { font-family: ui-monospace, monospace; margin: .25rem 0 .75rem; }
.method { font-weight: 700; margin-right: .5em; }
pre { background: var(--soft); padding: .75rem; border-radius: .35rem; overflow-x: auto; white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; table-layout: fixed; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; padding: .4rem 0 .1rem; }
th { width: 11rem; }
td:nth-child(2):not(:last-child) { width: 10rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
code { font-family: ui-monospace, monospace; font-size: .92em; }
`;
