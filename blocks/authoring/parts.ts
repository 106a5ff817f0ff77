import type { StepPart } from './authoring-ids.ts';
import { agentPart } from './part-agent.ts';
import { argumentsPart } from './part-arguments.ts';
import { attemptsPart } from './part-attempts.ts';
import { deadlinePart } from './part-deadline.ts';
import { modelPart } from './part-model.ts';
import { namePart } from './part-name.ts';
import { outcomesPart } from './part-outcomes.ts';
import { peoplePart } from './part-people.ts';
import { placePart } from './part-place.ts';
import { reminderPart } from './part-reminder.ts';
import { routesPart } from './part-routes.ts';
import { rulesPart } from './part-rules.ts';
import { textPart } from './part-text.ts';
import { toolPart } from './part-tool.ts';
import { visitsPart } from './part-visits.ts';
import { waitPart } from './part-wait.ts';
import type { StepPartForm } from './step-part.ts';

/** The forms of a step in the order in which its menu has them. `answer` is not among them: its fields have forms of their own. */
export const partForms: Readonly<Record<Exclude<StepPart, 'answer'>, StepPartForm>> = {
  name: namePart,
  agent: agentPart,
  tool: toolPart,
  text: textPart,
  arguments: argumentsPart,
  model: modelPart,
  wait: waitPart,
  people: peoplePart,
  rules: rulesPart,
  outcomes: outcomesPart,
  routes: routesPart,
  reminder: reminderPart,
  deadline: deadlinePart,
  attempts: attemptsPart,
  visits: visitsPart,
  place: placePart,
};
