import type { WorkspacePage } from '../browser/workspace-page.ts';

/** The card of the workflow, by its description. */
export const contractCard = { message: 'Contracts that come in, until they are answered.' };

type Fields = Record<string, string>;

/** Makes the agent and the workflow *Contract intake* in the browser, as an operations lead would. */
export class ContractWorkflow {
  readonly #ui: WorkspacePage;

  constructor(ui: WorkspacePage) {
    this.#ui = ui;
  }

  /** Fills in the modal that is open, and sends it. */
  async send(fields: Fields, choices: Fields = {}): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.#ui.fillField(label, value);
    for (const [label, option] of Object.entries(choices)) await this.#ui.selectOption(label, option);
    await this.#ui.submitModal();
  }

  async closed(): Promise<void> {
    await this.#ui.waitForModalClosed();
  }

  async done(): Promise<void> {
    await this.#ui.closeModal();
    await this.closed();
  }

  async saved(): Promise<void> {
    await this.#ui.waitForText('✅ Saved.', { within: 'modal' });
  }

  /** A step of a kind that has no button of its own. */
  async addOther(kind: string, title: string, fields: Fields, choices: Fields = {}): Promise<void> {
    const ui = this.#ui;
    await ui.clickButton('Add another step', { within: contractCard });
    await ui.waitForModal('Add a step');
    await this.send({}, { 'Which kind of step?': kind });
    await ui.waitForModal(title);
    await this.send(fields, choices);
  }

  async add(button: string, title: string, fields: Fields): Promise<void> {
    const ui = this.#ui;
    await ui.clickButton(button, { within: contractCard });
    await ui.waitForModal(title);
    await this.send(fields);
    await this.closed();
    await ui.waitForText(fields['Step'] ?? '', { within: contractCard });
  }

  async edit(step: string, part: string, title: string): Promise<void> {
    const ui = this.#ui;
    await ui.clickButton('Edit', { within: { ...contractCard, section: step } });
    await ui.waitForModal('Edit step');
    await this.next(part, title);
  }

  async next(part: string, title: string): Promise<void> {
    await this.send({}, { 'What do you want to change?': part });
    await this.#ui.waitForModal(title);
  }
}
