import { Actor, Answers, Can, Principal, Streams, Upload, type IncomingFile } from '@ciep/platform';
import { Controller, Post, Query } from '@nestjs/common';
import { ScanUploads } from './scan-uploads.service.js';
import { UploadDto, UploadQuery } from './upload.dto.js';

@Controller('uploads')
export class UploadsController {
  constructor(private readonly uploads: ScanUploads) {}

  @Post()
  @Can('agreement:sign')
  @Streams('application/pdf', 'image/jpeg', 'image/png')
  @Answers(UploadDto, 201)
  upload(@Upload() file: IncomingFile, @Query() { sha256 }: UploadQuery, @Actor() exhibitor: Principal): Promise<UploadDto> {
    return this.uploads.receive(file, sha256, exhibitor);
  }
}
