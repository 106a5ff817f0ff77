import type { AsyncCommand } from 'fast-check';
import type { World } from './world.ts';

/** One thing that happens to the world; then so many calls and answers pass before the next thing. */
export class SimulationCommand implements AsyncCommand<object, World> {
  readonly #name: string;
  readonly #choices: object;
  readonly #steps: number;
  readonly #act: (world: World) => void;

  constructor(name: string, choices: object, steps: number, act: (world: World) => void) {
    this.#name = name;
    this.#choices = choices;
    this.#steps = steps;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, world: World): Promise<void> {
    this.#act(world);
    await world.turn(this.#steps);
  }

  toString(): string {
    return `${this.#name}(${JSON.stringify(this.#choices)}, ${this.#steps})`;
  }
}
