/** A B C, B C A, C A B …: what else the machine does meanwhile falls on all alike. Answers the values of each, round by round. */
export async function interleaved<T>(
  contenders: readonly T[],
  rounds: number,
  measure: (contender: T) => Promise<number>,
): Promise<ReadonlyMap<T, readonly number[]>> {
  const values = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)])
      values.get(contender)?.push(await measure(contender));
  }
  return values;
}
