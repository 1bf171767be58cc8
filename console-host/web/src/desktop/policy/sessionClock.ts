/** How long before its end a connection of so many minutes is warned of: five minutes, or half of a short one. */
export const warningSeconds = (minutes: number) => Math.min(300, minutes * 30);
