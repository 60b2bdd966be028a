import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { UnknownReference } from '../applications/application.errors.js';
import { UploadUsed } from '../uploads/upload.errors.js';
import { AgreementRepository } from './agreement.repository.js';
import { UploadRepository } from '../uploads/upload.repository.js';

export interface AttachScanCommand {
  readonly id: string;
  readonly organisationId: string;
  readonly uploadId: string;
}

@Injectable()
export class AttachScan {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly uploads: UploadRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, organisationId, uploadId }: AttachScanCommand, tx: Tx): Promise<void> {
    await this.agreements.in(tx).get(id, { organisationId });
    const upload = await this.uploads.find(uploadId, organisationId, tx);
    if (!upload) throw new UnknownReference('/uploadId');
    const now = this.clock.now();
    await this.agreements.in(tx).update(id, agreement => agreement.addScan(upload, now), { scope: { organisationId } });
    if (!(await this.uploads.use(uploadId, tx))) throw new UploadUsed();
  }
}
