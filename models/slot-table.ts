export interface HeldSlot {
  orgId: string;
  ticket: string;
  token: string;
  until: Date;
}

/** Who has a provider's slots, and which orgs were served when. */
export interface SlotTable {
  held: HeldSlot[];
  /** The number of the grant at which an org was served last, the latest orgs last. */
  served: { orgId: string; grant: number }[];
  /** How many slots were ever given. */
  grants: number;
}

/** An org that was served before so many others counts as never served. */
const maxRememberedOrgs = 1_000;

interface Waiting {
  orgId: string;
  ticket: string;
  arrivedAt: Date;
}

/**
 * Whose turn it is: the org that was served longest ago, those that were never served by who came first.
 * `waiting` is the first ticket of each org.
 */
export function nextOrg(
  table: Pick<SlotTable, 'served'>,
  waiting: readonly Waiting[],
): Omit<Waiting, 'arrivedAt'> | null {
  const servedAt = new Map(table.served.map(({ orgId, grant }) => [orgId, grant]));
  const grantOf = ({ orgId }: Waiting): number => servedAt.get(orgId) ?? -1;
  const [first] = waiting.toSorted(
    (one, other) => grantOf(one) - grantOf(other) || one.arrivedAt.getTime() - other.arrivedAt.getTime(),
  );
  return first === undefined ? null : { orgId: first.orgId, ticket: first.ticket };
}

/** The table after a slot was given. */
export function giveSlot(table: SlotTable, slot: HeldSlot): SlotTable {
  const grants = table.grants + 1;
  const others = table.served.filter(({ orgId }) => orgId !== slot.orgId);
  return {
    held: [...table.held, slot],
    served: [...others, { orgId: slot.orgId, grant: grants }].slice(-maxRememberedOrgs),
    grants,
  };
}
