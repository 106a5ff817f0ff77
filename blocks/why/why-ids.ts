/** Buttons of the answer to "why?". Value: an execution's id. */
export const whyActions = {
  why: 'task.why',
  /** Asks a model to say it again. */
  plainWords: 'task.why_plain',
  /** Opens the form that sends a task to another step. */
  reroute: 'task.reroute',
} as const;

export const whyCallbacks = {
  reroute: 'task.reroute_form',
} as const;
