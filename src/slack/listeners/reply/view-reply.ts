import type { SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { section, simpleMessage } from '../../../../blocks/elements.ts';
import { inline } from '../../../../blocks/escape.ts';
import type { Message } from '../../../../blocks/message.ts';
import { modal } from '../../../../blocks/modal.ts';
import type { Reply, TellDirectly } from './reply.ts';

/** How a modal is answered while it is still open. */
export interface ViewReply extends Reply {
  /** Marks what is wrong, by block id; what was typed stays. */
  markErrors(errors: Readonly<Record<string, string>>): Promise<void>;
  /** Shows another view in place of the one that was submitted. */
  replaceWith(view: ReturnType<typeof modal>): Promise<void>;
}

/** A modal that was acknowledged is closed; from then on the person is told directly. */
export function createViewReply(
  { ack }: Pick<SlackViewMiddlewareArgs<ViewSubmitAction>, 'ack'>,
  tellDirectly: TellDirectly,
): ViewReply {
  let acknowledged = false;
  let told = 0;

  async function acknowledge(): Promise<void> {
    if (acknowledged) return;
    acknowledged = true;
    await ack();
  }

  async function replaceWith(view: ReturnType<typeof modal>): Promise<void> {
    acknowledged = true;
    await ack({ response_action: 'update', view });
  }

  return {
    acknowledge,
    isAcknowledged: () => acknowledged,
    timesTold: () => told,
    replaceWith: async (view) => {
      told += 1;
      if (!acknowledged) return replaceWith(view);
      await tellDirectly(simpleMessage('This form was closed before it was accepted. Please open it again.'));
    },
    tell: async (message) => {
      told += 1;
      if (acknowledged) return tellDirectly(message);
      await replaceWith(noticeView(message));
    },
    markErrors: async (errors) => {
      told += 1;
      if (!acknowledged) {
        acknowledged = true;
        await ack({ response_action: 'errors', errors: { ...errors } });
        return;
      }
      const lines = Object.values(errors).map((text) => `• ${inline(text)}`);
      await tellDirectly(
        simpleMessage(`Your form was not accepted. Please open it again.\n${lines.join('\n')}`),
      );
    },
  };
}

/** A message as a modal that is only read. */
function noticeView({ text, blocks }: Message): ReturnType<typeof modal> {
  return modal({
    callbackId: 'notice',
    title: 'Baton',
    submit: null,
    close: 'Close',
    metadata: '',
    blocks: blocks.length > 0 ? blocks : [section(text)],
  });
}
