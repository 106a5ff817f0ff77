import type { Request } from 'express';

export const boardStates = ['all', 'waiting', 'stopped'] as const;
export type BoardState = (typeof boardStates)[number];

/** Which cards somebody wants to see, and how many of each column. */
export interface BoardFilter {
  /** Slack user id of somebody who is asked, or who started the task; null: everybody's. */
  person: string | null;
  state: BoardState;
  /** Lower case; '' for all. */
  text: string;
  /** Cards of a column. */
  shown: number;
}

export const cardsPerColumn = 50;
const maxShown = 500;
const maxTextLength = 200;

/** Reads the filter of a page's address. What makes no sense there counts as not given. */
export function readBoardFilter({ query }: Pick<Request, 'query'>): BoardFilter {
  const text = (name: string): string => (typeof query[name] === 'string' ? query[name].trim() : '');
  const person = text('person');
  const shown = Number(text('shown'));
  return {
    person: /^[UW][A-Z0-9]{1,30}$/.test(person) ? person : null,
    state: boardStates.find((state) => state === text('state')) ?? 'all',
    text: text('q').slice(0, maxTextLength).toLowerCase(),
    shown: Number.isInteger(shown) ? Math.min(Math.max(shown, cardsPerColumn), maxShown) : cardsPerColumn,
  };
}

export function isFiltered({ person, state, text }: BoardFilter): boolean {
  return person !== null || state !== 'all' || text !== '';
}

/** The address's query for a filter, with what is usual left out; '' or it begins with `?`. */
export function filterQuery({ person, state, text, shown }: BoardFilter): string {
  const query = new URLSearchParams({
    ...(person === null ? {} : { person }),
    ...(state === 'all' ? {} : { state }),
    ...(text === '' ? {} : { q: text }),
    ...(shown === cardsPerColumn ? {} : { shown: String(shown) }),
  });
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** The next cards of a column. */
export function withMore(filter: BoardFilter): BoardFilter {
  return { ...filter, shown: Math.min(filter.shown + cardsPerColumn, maxShown) };
}
