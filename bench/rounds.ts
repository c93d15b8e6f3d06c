/** A B C, B C A, C A B …: what else the machine does meanwhile falls on all alike. Answers what was measured of each, round by round. */
export async function interleaved<T, V>(
  contenders: readonly T[],
  rounds: number,
  measure: (contender: T) => Promise<V>,
): Promise<ReadonlyMap<T, readonly V[]>> {
  const measured = new Map(contenders.map((contender) => [contender, [] as V[]]));
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)])
      measured.get(contender)?.push(await measure(contender));
  }
  return measured;
}
