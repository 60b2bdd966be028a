import { About, Actor, Answers, Can, Principal, Streams, Upload, type IncomingFile } from '@ciep/platform';
import { Controller, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation } from '@nestjs/swagger';
import { ScanUploads } from './scan-uploads.service.js';
import { UploadDto, UploadQuery } from './upload.dto.js';

@About('Files, uploaded before they are attached to anything 文件上传：先上传，后引用')
@Controller('uploads')
export class UploadsController {
  constructor(private readonly uploads: ScanUploads) {}

  @ApiOperation({
    operationId: 'uploadFile',
    summary: 'Upload the scan of a stamped agreement: PDF, JPEG or PNG as body 上传盖章协议扫描件（PDF、JPEG 或 PNG）',
  })
  @Post()
  @Can('agreement:sign')
  @ApiHeader({
    name: 'Content-Digest',
    required: false,
    description: 'SHA-256 of the file, `sha-256=:<base64>:`; another file is refused',
    schema: { type: 'string', pattern: 'sha-256=:[A-Za-z0-9+/]{43}=:' },
  })
  @Streams('application/pdf', 'image/jpeg', 'image/png')
  @Answers(UploadDto, 201)
  upload(@Upload() file: IncomingFile, @Query() { sha256 }: UploadQuery, @Actor() exhibitor: Principal): Promise<UploadDto> {
    return this.uploads.receive(file, sha256, exhibitor);
  }
}
