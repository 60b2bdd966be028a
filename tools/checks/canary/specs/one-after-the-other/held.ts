/** State of the spec file that imports it. */
export const held: string[] = [];
