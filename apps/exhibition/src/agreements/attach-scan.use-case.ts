import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { UnknownReference } from '../applications/application.errors.js';
import { UploadUsed } from '../uploads/upload.errors.js';
import { UploadRepository } from '../uploads/upload.repository.js';
import { AgreementRepository } from './agreement.repository.js';

@Injectable()
export class AttachScan {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly uploads: UploadRepository,
  ) {}

  async execute({ id, organisationId, uploadId }: { id: string; organisationId: string; uploadId: string }, tx: Tx): Promise<void> {
    const upload = await this.uploads.find(uploadId, organisationId, tx);
    await this.agreements.in(tx).update(
      id,
      (agreement, now) => {
        if (!upload) throw new UnknownReference('/uploadId');
        agreement.addScan(upload, now);
      },
      { scope: { organisationId } },
    );
    if (!(await this.uploads.use(uploadId, tx))) throw new UploadUsed();
  }
}
