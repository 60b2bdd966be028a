import { Actor, Answers, Can, Principal, Streams, Upload, type IncomingFile } from '@ciep/platform';
import { Controller, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation } from '@nestjs/swagger';
import { ScanUploads } from './scan-uploads.service.js';
import { UploadDto, UploadQuery } from './upload.dto.js';

@Controller('uploads')
export class UploadsController {
  constructor(private readonly uploads: ScanUploads) {}

  @ApiOperation({ summary: 'Upload the scan of a stamped agreement: PDF, JPEG or PNG as body' })
  @Post()
  @Can('agreement:sign')
  @ApiHeader({ name: 'Content-Digest', required: false, description: 'SHA-256 of the file, `sha-256=:<base64>:`; another file is refused' })
  @Streams('application/pdf', 'image/jpeg', 'image/png')
  @Answers(UploadDto, 201)
  upload(@Upload() file: IncomingFile, @Query() { sha256 }: UploadQuery, @Actor() exhibitor: Principal): Promise<UploadDto> {
    return this.uploads.receive(file, sha256, exhibitor);
  }
}
