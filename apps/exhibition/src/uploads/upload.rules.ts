/** Media types of a stamped scan, and the ending of their file names. */
export const scanTypes = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' } as const;
export type ScanType = keyof typeof scanTypes;
export const isScanType = (mediaType: string | undefined): mediaType is ScanType =>
  mediaType !== undefined && Object.hasOwn(scanTypes, mediaType);
