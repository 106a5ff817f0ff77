import { html, type SafeHtml } from '../html.ts';

/** The way to the other pages of the workflow; for all pages that are about one. */
export function workflowLinks(id: string, current: 'board' | 'steps' | null): SafeHtml {
  const link = (href: string, text: string, isCurrent: boolean): SafeHtml =>
    html`<a class="tab" href="${href}"${isCurrent ? html` aria-current="page"` : html``}>${text}</a>`;
  return html`<nav class="buttons workflow-links" aria-label="This workflow">
    <span class="tabs">${link(`/board/workflows/${id}`, 'Tasks', current === 'board')}
    ${link(`/board/workflows/${id}/edit`, 'Steps', current === 'steps')}</span>
    <a class="button button-primary" href="/board/workflows/${id}/new-task">New task</a>
  </nav>`;
}
