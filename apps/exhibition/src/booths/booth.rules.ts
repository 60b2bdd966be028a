/** Whether a booth is available: taken while it has a live allocation, blocked while the organizer does not offer it. */
export const boothAvailabilities = ['free', 'taken', 'blocked'] as const;
export type BoothAvailability = (typeof boothAvailabilities)[number];

/** Square metres to one decimal, half up. */
export const squareMetres = (dm2: number): number => Math.round(dm2 / 10) / 10;
