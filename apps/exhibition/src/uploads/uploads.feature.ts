import { defineFeature } from '@ciep/platform';
import { PdfInspection } from './pdf-inspection.service.js';
import { RemoveUnusedUploads } from './remove-unused-uploads.job.js';
import { ScanInspection } from './scan-inspection.service.js';
import { ScanUploads } from './scan-uploads.service.js';
import { UploadRepository } from './upload.repository.js';
import { UploadsController } from './uploads.controller.js';

export const uploads = defineFeature({
  controllers: [UploadsController],
  jobs: [RemoveUnusedUploads],
  providers: [PdfInspection, ScanInspection, ScanUploads, UploadRepository],
});
