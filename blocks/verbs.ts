/** What `/workflow` understands, in the order in which the help lists it. */
export const verbs = [
  'start',
  'status',
  'mine',
  'why',
  'cancel',
  'retry',
  'reassign',
  'away',
  'list',
  'new',
  'draft',
  'edit',
  'activate',
  'pause',
  'trigger',
  'check',
  'simulate',
  'diff',
  'backtest',
  'move',
  'export',
  'import',
  'board',
  'intake',
  'schedule',
  'agents',
  'keys',
  'help',
] as const;
export type Verb = (typeof verbs)[number];

interface VerbWords {
  /** In a few words, as the help says it. */
  does: string;
  /** With everything that may stand behind it. */
  example: string;
  /** Who may do this: everybody, or only those who may change a workflow. */
  for: 'everybody' | 'editors';
  /** How it is asked which workflow is meant, and what is said when there is none. Default: with the verb itself. */
  asks?: { which: string; none: string };
}

export const verbWords: Readonly<Record<Verb, VerbWords>> = {
  start: {
    does: 'Starts a task; what you give here is filled in, and file=orders.csv starts one for each row of a file',
    example: '/workflow start refund-approval amount=420 customer="Acme Inc"',
    for: 'everybody',
  },
  status: {
    does: 'Shows one task, or your latest ones',
    example: '/workflow status 4f02ab',
    for: 'everybody',
  },
  mine: {
    does: 'Shows what waits for you, and your open requests',
    example: '/workflow mine',
    for: 'everybody',
  },
  why: {
    does: 'Says why a task waits or has stopped, and what to do next',
    example: '/workflow why 4f02ab',
    for: 'everybody',
  },
  cancel: { does: 'Ends a task for good', example: '/workflow cancel 4f02ab', for: 'everybody' },
  retry: {
    does: 'Runs a task again that has stopped, from its step or from the start',
    example: '/workflow retry 4f02ab',
    for: 'everybody',
  },
  reassign: {
    does: 'Asks somebody else',
    example: '/workflow reassign 4f02ab to=@bo',
    for: 'everybody',
  },
  away: {
    does: 'Says that you are away, and who stands in; without more it opens a form',
    example: '/workflow away until friday delegate @bo',
    for: 'everybody',
  },
  list: { does: 'Lists the workflows', example: '/workflow list', for: 'everybody' },
  new: { does: 'Makes a new workflow', example: '/workflow new', for: 'everybody' },
  draft: {
    does: 'Has a model propose a workflow of what you do today, in plain words',
    example: '/workflow draft Support decides on refunds up to 100 euros, above that a lead',
    for: 'everybody',
  },
  edit: {
    does: 'Shows a workflow with everything that can be changed',
    example: '/workflow edit refund',
    for: 'editors',
  },
  activate: {
    does: 'Lets people start a workflow',
    example: '/workflow activate refund',
    for: 'editors',
  },
  pause: {
    does: 'Starts no new tasks of a workflow; those that are running go on',
    example: '/workflow pause refund',
    for: 'editors',
  },
  check: {
    does: 'Looks whether a workflow is right: every way through it, before any task goes there',
    example: '/workflow check refund',
    for: 'editors',
  },
  board: {
    does: 'Gives you a link to the board, where you see all tasks move',
    example: '/workflow board refund',
    for: 'everybody',
  },
  intake: {
    does: 'Shows the addresses to which programs send work for a workflow; makes and changes them',
    example: '/workflow intake refund',
    for: 'everybody',
    asks: {
      which: 'Which workflow should programs send work to?',
      none: 'There is no workflow that programs could send work to.',
    },
  },
  schedule: {
    does: 'Starts tasks by the clock; without times it lists the schedules of a workflow',
    example: '/workflow schedule weekly-summary every Monday at 9am',
    for: 'everybody',
    asks: {
      which: 'Which workflow should start by the clock?',
      none: 'There is no workflow that could start by the clock.',
    },
  },
  agents: {
    does: 'Shows the agents: their jobs, tools and models; admins make and change them',
    example: '/workflow agents',
    for: 'everybody',
  },
  trigger: {
    does: 'Shows what starts a workflow by itself: messages, emoji, programs, times',
    example: '/workflow trigger refund',
    for: 'everybody',
    asks: {
      which: 'Which workflow should start by itself?',
      none: 'There is no workflow that could start by itself.',
    },
  },
  keys: {
    does: 'Shows your keys for the API, to make and to revoke them',
    example: '/workflow keys',
    for: 'everybody',
  },
  diff: {
    does: 'Shows what differs between two revisions of a workflow',
    example: '/workflow diff refund from=1 to=2',
    for: 'everybody',
    asks: {
      which: 'Which workflow’s revisions do you want to compare?',
      none: 'There is no workflow whose revisions you could compare.',
    },
  },
  backtest: {
    does: 'Replays the latest tasks by the newest revision: which would have gone another way?',
    example: '/workflow backtest refund',
    for: 'everybody',
  },
  move: {
    does: 'Moves running tasks to the newest revision, once you have seen which can be',
    example: '/workflow move refund',
    for: 'editors',
    asks: {
      which: 'Which workflow’s tasks do you want to move?',
      none: 'There is no workflow whose tasks you could move.',
    },
  },
  simulate: {
    does: 'Rehearses a workflow, step by step: nothing is sent, nobody is asked',
    example: '/workflow simulate refund',
    for: 'everybody',
  },
  export: {
    does: 'Sends you a workflow as a file',
    example: '/workflow export refund',
    for: 'everybody',
  },
  import: {
    does: 'Makes or changes a workflow as a file says, once you have seen what would change',
    example: '/workflow import',
    for: 'everybody',
  },
  help: { does: 'Shows this', example: '/workflow help', for: 'everybody' },
};
