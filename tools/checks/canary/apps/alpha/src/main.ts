export const started = 'at import';
