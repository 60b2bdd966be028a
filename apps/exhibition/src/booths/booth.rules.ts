/** Whether a booth can be had: taken while an allocation of it lives, blocked while the organizer does not offer it. */
export const boothAvailabilities = ['free', 'taken', 'blocked'] as const;
export type BoothAvailability = (typeof boothAvailabilities)[number];

/** Square metres to one decimal, half up. */
export const squareMetres = (dm2: number): number => Math.round(dm2 / 10) / 10;
