import { createHash } from 'node:crypto';
import Handlebars from 'handlebars';

const { escapeExpression: escapeHtml } = Handlebars;

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color-scheme:light dark}h1{font-size:1.5rem}code{font-size:1em}';

/** Lets the style of these pages through, and nothing else. */
export const installPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** After the app was installed. */
export function installedPage(workspace: { name: string; url: string }): string {
  const name = escapeHtml(workspace.name);
  const main = `<h1>Baton is installed in ${name}</h1>
<p>Open <a href="${escapeHtml(workspace.url)}">${name}</a>, invite the bot to a channel with <code>/invite @baton</code>, and type <code>/workflow</code>.</p>`;
  return page(`Baton is installed in ${name}`, main);
}

/** When it was not. `problem` says why, in a sentence. */
export function notInstalledPage(problem: string, installPath: string): string {
  const main = `<h1>Baton was not installed</h1>
<p>${escapeHtml(problem)}</p>
<p><a href="${installPath}">Begin again</a></p>`;
  return page('Baton was not installed', main);
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head>
<body><main>${main}</main></body>
</html>
`;
}
