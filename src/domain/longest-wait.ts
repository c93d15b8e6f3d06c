/** No lane and no delivery waits longer than this for its next attempt, whatever a platform asks for. */
export const LONGEST_WAIT_MS = 15 * 60_000;
