import { Actor, Answers, AnswersFile, Can, FileAnswer, FileStore, Id, Principal, renderPdf } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { scanTypes, type ScanType } from '../uploads/upload.rules.js';
import { agreementDocument } from './agreement-document.rules.js';
import { AgreementDto, AgreementPdfQuery } from './agreement.dto.js';
import { AgreementQueries } from './agreement.queries.js';

@Controller('applications/:id')
export class AgreementsController {
  constructor(
    private readonly agreements: AgreementQueries,
    private readonly files: FileStore,
  ) {}

  @ApiOperation({ summary: 'The confirmation agreement of an application, with its scans and postings 展位确认协议' })
  @Get('agreement')
  @Can('agreement:read')
  @Answers(AgreementDto)
  read(@Id() id: string, @Actor() reader: Principal): Promise<AgreementDto> {
    return this.agreements.one(id, reader);
  }

  @ApiOperation({ summary: 'The confirmation agreement as PDF, to be stamped' })
  @Get('agreement.pdf')
  @Can('agreement:read')
  @AnswersFile('application/pdf')
  async document(@Id() id: string, @Query() { textVersion }: AgreementPdfQuery, @Actor() reader: Principal): Promise<FileAnswer> {
    const { text, surroundings } = await this.agreements.text(id, textVersion, reader);
    const file = await renderPdf(agreementDocument(text, surroundings));
    return new FileAnswer(`agreement-${text.applicationNumber}-v${text.textVersion}.pdf`, 'application/pdf', file);
  }

  @ApiOperation({ summary: 'One stamped scan, as it was uploaded' })
  @Get('agreement/scans/:scanId')
  @Can('agreement:read')
  @AnswersFile(...Object.keys(scanTypes))
  async scan(@Id() id: string, @Id('scanId') scanId: string, @Actor() reader: Principal): Promise<FileAnswer> {
    const { fileKey, mediaType, textVersion } = await this.agreements.scan(id, scanId, reader);
    const name = `agreement-scan-v${textVersion}-${scanId}.${scanTypes[mediaType as ScanType]}`;
    return new FileAnswer(name, mediaType, this.files.read(fileKey));
  }
}
