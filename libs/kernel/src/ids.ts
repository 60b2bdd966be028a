import { v7 } from 'uuid';

/** A new UUIDv7 (RFC 9562): unique and ordered by time, so that indexes stay dense. */
export const newId = (): string => v7();
