/** A round number at or above the greatest value, so that an axis ends where a person would end it. */
export function roundTop(greatest: number): number {
  if (greatest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(greatest));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= greatest) ?? 10) * power;
}

/** Every step of a period, also those in which nothing happened: a gap must look like one. */
export function stepsOf(from: string, to: string, step: "hour" | "day"): string[] {
  const size = step === "hour" ? 3_600_000 : 86_400_000;
  const first = Math.floor(Date.parse(from) / size) * size;
  const steps: string[] = [];
  for (let at = first; at < Date.parse(to); at += size) steps.push(new Date(at).toISOString());
  return steps;
}

export function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}
