import { isAdmin } from '../../domain/access.ts';
import { csrfField, csrfHeaders } from './csrf.ts';
import { html, type SafeHtml } from './html.ts';
import { icon, type IconName } from './icons.ts';
import { assetUrl } from './static-files.ts';
import { nameOfViewer, type Viewer } from './viewer.ts';

/** Which of the places in the page's head somebody is at. */
export type Place = 'board' | 'audit' | null;

export interface PageOptions {
  title: string;
  /** Null for a page that is shown before somebody is signed in. */
  viewer: Viewer | null;
  place: Place;
  /** What stands in `<main>`; it begins with the page's only `h1`. */
  main: SafeHtml;
  /** What stands beside it, such as a list to choose from. */
  aside?: SafeHtml;
  /** Files of scripts that this page needs beside those of every page. */
  scripts?: readonly string[];
}

/**
 * htmx without what the Content-Security-Policy forbids: no `eval`, no style of its own; and what is refused is shown
 * where people are told things, not put in the place of what they were looking at.
 */
const htmxConfig = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  scrollIntoViewOnBoost: false,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '[45]..', swap: true, error: true, target: '#notices', swapOverride: 'innerHTML' },
  ],
});

/** A whole page of the board. */
export function page({ title, viewer, place, main, aside, scripts = [] }: PageOptions): string {
  const headers = viewer === null ? html`` : html` hx-headers="${csrfHeaders(viewer)}"`;
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="htmx-config" content="${htmxConfig}">
    <title>${title} · Baton</title>
    <link rel="icon" type="image/svg+xml" href="${assetUrl('icon.svg')}">
    <link rel="stylesheet" href="${assetUrl('board.css')}">
    ${['htmx.js', 'board.js', ...scripts].map((name) => html`<script src="${assetUrl(name)}" defer></script>`)}
  </head>
  <body${headers}>
    <a class="skip" href="#main">Skip to the content</a>
    ${pageHead(viewer, place)}
    <div id="notices" class="notices" role="status" aria-live="polite"></div>
    <div class="${aside === undefined ? 'frame' : 'frame frame-with-aside'}">
      ${aside ?? html``}
      <main id="main" tabindex="-1">${main}</main>
    </div>
  </body>
</html>
`.toString();
}

/** A page that says one thing, for what cannot be shown or done. */
export function noticePage(viewer: Viewer | null, title: string, text: string): string {
  const back = viewer === null ? html`` : html`<p><a class="button" href="/board">To the board</a></p>`;
  const main = html`<section class="sheet"><h1>${title}</h1><p>${text}</p>${back}</section>`;
  return page({ title, viewer, place: null, main });
}

/** What is put where people are told things, in answer to what they did. */
export function noticeFragment(text: string, kind: 'refused' | 'done'): SafeHtml {
  return html`<p class="notice notice-${kind}">${icon(kind === 'done' ? 'done' : 'stop')} ${text}</p>`;
}

function pageHead(viewer: Viewer | null, place: Place): SafeHtml {
  const brand = html`<a class="brand" href="/board"><span class="brand-mark" aria-hidden="true"></span><span class="brand-name">Baton</span></a>`;
  if (viewer === null) return html`<header class="head">${brand}</header>`;
  const audit = isAdmin(viewer.access)
    ? headLink('/board/audit', 'Audit log', 'audit', place === 'audit')
    : html``;
  return html`<header class="head">
      ${brand}
      <nav class="head-nav" aria-label="Places">
        ${headLink('/board', 'Board', 'board', place === 'board')}
        ${audit}
      </nav>
      <div class="head-person">
        <span class="who" title="${nameOfViewer(viewer)}, ${viewer.orgName}"><span class="avatar" aria-hidden="true">${initialsOf(nameOfViewer(viewer))}</span> <span class="name">${nameOfViewer(viewer)}</span> <span class="org">${viewer.orgName}</span></span>
        <form method="post" action="/board/sign-out">
          ${csrfField(viewer)}
          <button class="button button-quiet" type="submit" title="Sign out">${icon('out')} <span class="out-text">Sign out</span></button>
        </form>
      </div>
    </header>`;
}

/** Of the first and the last word. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word = '') => String.fromCodePoint(word.codePointAt(0) ?? 0).toUpperCase()).join('');
}

function headLink(href: string, text: string, picture: IconName, isCurrent: boolean): SafeHtml {
  return html`<a href="${href}"${isCurrent ? html` aria-current="page"` : html``}>${icon(picture)} ${text}</a>`;
}
