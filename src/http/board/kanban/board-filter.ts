import type { Request } from 'express';

export const boardStates = ['all', 'waiting', 'overdue', 'stopped'] as const;
export type BoardState = (typeof boardStates)[number];

/** Which cards somebody wants to see, and of which columns more than usual. */
export interface BoardFilter {
  /** Slack user id of somebody who is asked, or who started the task; null: everybody's. */
  person: string | null;
  state: BoardState;
  /** Lower case; '' for all. */
  text: string;
  /** How many cards of a column, by the id of its step, where that is more than `cardsPerColumn`. */
  more: ReadonlyMap<string, number>;
}

export const cardsPerColumn = 50;
/** Nobody looks through more of a column; that is what the filters are for. */
export const maxPerColumn = 500;
/** Each column is a query; no page has more of them. */
export const maxColumns = 100;
const maxTextLength = 200;

/** Reads the filter of a page's address. What makes no sense there counts as not given. */
export function readBoardFilter({ query }: Pick<Request, 'query'>): BoardFilter {
  const text = (name: string): string => (typeof query[name] === 'string' ? query[name].trim() : '');
  const person = text('person');
  return {
    person: /^[UW][A-Z0-9]{1,30}$/.test(person) ? person : null,
    state: boardStates.find((state) => state === text('state')) ?? 'all',
    text: text('q').slice(0, maxTextLength).toLowerCase(),
    more: readMore(text('more')),
  };
}

export function isFiltered({ person, state, text }: BoardFilter): boolean {
  return person !== null || state !== 'all' || text !== '';
}

/** The address's query for a filter, with what is usual left out; '' or it begins with `?`. */
export function filterQuery({ person, state, text, more }: BoardFilter): string {
  const counts = [...more].map(([stepId, count]) => `${stepId}:${count}`).join(',');
  const query = new URLSearchParams({
    ...(person === null ? {} : { person }),
    ...(state === 'all' ? {} : { state }),
    ...(text === '' ? {} : { q: text }),
    ...(counts === '' ? {} : { more: counts }),
  });
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** How many cards of a column are shown. */
export function shownOf({ more }: BoardFilter, stepId: string): number {
  return more.get(stepId) ?? cardsPerColumn;
}

/** The next cards of a column; null when it shows as many as a column may. */
export function withMore(filter: BoardFilter, stepId: string): BoardFilter | null {
  const shown = shownOf(filter, stepId);
  if (shown >= maxPerColumn) return null;
  const count = Math.min(shown + cardsPerColumn, maxPerColumn);
  return { ...filter, more: new Map([...filter.more, [stepId, count]]) };
}

/** The ids of steps, out of a list in an address. */
export function readStepIds(text: string): string[] {
  return text.split(',', maxColumns).filter((part) => /^[A-Za-z0-9_-]{1,64}$/.test(part));
}

/** `<stepId>:<count>,…` */
function readMore(text: string): Map<string, number> {
  const more = new Map<string, number>();
  for (const part of text.split(',', maxColumns)) {
    const [, stepId = '', digits = ''] = /^([A-Za-z0-9_-]{1,64}):(\d{1,4})$/.exec(part) ?? [];
    const count = Math.min(Number(digits), maxPerColumn);
    if (count > cardsPerColumn) more.set(stepId, count);
  }
  return more;
}
