/**
 * What somebody typed, as they saw it. Slack escapes three characters, and turns addresses that it
 * recognises into links, `<https://example.com|example.com>` and `<mailto:ana@example.com|ana@example.com>`;
 * people and channels stay as `<@U…>` and `<#C…>`, which name them without a doubt.
 */
export function typedText(text: string): string {
  return text
    .replace(/<mailto:([^<>|]*)(?:\|[^<>]*)?>/g, '$1')
    .replace(/<((?:https?|ftp|tel):[^<>|]*)(?:\|[^<>]*)?>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
