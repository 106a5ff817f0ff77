/** A page of a card has at most as many steps and characters as this: two blocks less than Slack takes, and room for the rest. */
const maxPerPage = 12;
const maxCharacters = 8_000;

/** Puts the texts of the steps on pages, each as full as it may be. */
export function splitPages(texts: readonly string[]): string[][] {
  const pages: string[][] = [];
  let page: string[] = [];
  let length = 0;
  for (const text of texts) {
    const isFull = page.length === maxPerPage || length + text.length > maxCharacters;
    if (isFull && page.length > 0) {
      pages.push(page);
      page = [];
      length = 0;
    }
    page.push(text);
    length += text.length;
  }
  if (page.length > 0) pages.push(page);
  return pages;
}

/** How many steps stand on the pages before this one. */
export function pageStart(pages: readonly (readonly string[])[], page: number): number {
  return pages.slice(0, page).reduce((sum, { length }) => sum + length, 0);
}

/** The page on which the step at `index` stands. */
export function pageOf(pages: readonly (readonly string[])[], index: number): number {
  let before = 0;
  for (const [page, { length }] of pages.entries()) {
    before += length;
    if (index < before) return page;
  }
  return Math.max(pages.length - 1, 0);
}
