import { describe, expect, it } from 'vitest';
import { eventWords } from '../../../src/http/board/event-words.ts';

describe('the words of the audit log', () => {
  it('say that an agent listens to a workflow, which is what it is attached to', () => {
    const types = ['AGENT_LISTENER_ATTACHED', 'AGENT_LISTENER_CHANGED', 'AGENT_LISTENER_DETACHED'];
    expect(types.map(eventWords)).toEqual([
      'Agent listens to a workflow',
      'Listening agent changed',
      'Agent listens no more',
    ]);
  });
});
