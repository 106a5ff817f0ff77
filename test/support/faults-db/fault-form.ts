/** True for the long form of the fault tests (`FAULTS_LONG=1`); without it they are as short as CI wants them. */
export const isLongForm = process.env.FAULTS_LONG === '1';

/** The one in the short form, the other in the long one. */
export function shortOrLong<T>(short: T, long: T): T {
  return isLongForm ? long : short;
}
