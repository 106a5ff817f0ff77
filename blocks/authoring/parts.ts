import type { StepPart } from './authoring-ids.ts';
import { deadlinePart } from './part-deadline.ts';
import { namePart } from './part-name.ts';
import { outcomesPart } from './part-outcomes.ts';
import { peoplePart } from './part-people.ts';
import { placePart } from './part-place.ts';
import { reminderPart } from './part-reminder.ts';
import { routesPart } from './part-routes.ts';
import { rulesPart } from './part-rules.ts';
import { textPart } from './part-text.ts';
import { waitPart } from './part-wait.ts';
import type { StepPartForm } from './step-part.ts';

/** The forms of a step in the order in which its menu has them. `answer` is not among them: its fields have forms of their own. */
export const partForms: Readonly<Record<Exclude<StepPart, 'answer'>, StepPartForm>> = {
  name: namePart,
  text: textPart,
  wait: waitPart,
  people: peoplePart,
  rules: rulesPart,
  outcomes: outcomesPart,
  routes: routesPart,
  reminder: reminderPart,
  deadline: deadlinePart,
  place: placePart,
};
