/** When an execution is due whose org is not served: never, until somebody serves the org again. */
export const parkedDueAt = new Date('9999-12-31T00:00:00.000Z');
