import { About, Answers, AnswersFile, Can, FileAnswer, FileStore, Id, renderPdf, Share } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { scanTypes, type ScanType } from '../uploads/upload.rules.js';
import { agreementDocument } from './agreement-document.rules.js';
import { AgreementDto, AgreementPdfQuery } from './agreement.dto.js';
import { VisibleAgreements, type AgreementShare } from './agreement-share.service.js';
import { AgreementQueries } from './agreement.queries.js';

@About('Confirmation agreements: the text, the PDF to print, the stamped scan 参展确认书：文本、供盖章的 PDF、盖章扫描件')
@Controller('applications/:id')
export class AgreementsController {
  constructor(
    private readonly agreements: AgreementQueries,
    private readonly files: FileStore,
  ) {}

  @ApiOperation({
    operationId: 'getAgreement',
    summary: 'The confirmation agreement of an application, with its scans and postings 展位确认协议',
  })
  @Get('agreement')
  @Can('agreement:read')
  @Answers(AgreementDto)
  read(@Id() id: string, @Share(VisibleAgreements) share: AgreementShare): Promise<AgreementDto> {
    return this.agreements.one(id, share);
  }

  @ApiOperation({
    operationId: 'getAgreementDocument',
    summary: 'The confirmation agreement as PDF, to be stamped 展位确认协议（PDF，供盖章）',
  })
  @Get('agreement.pdf')
  @Can('agreement:read')
  @AnswersFile('application/pdf')
  async document(
    @Id() id: string,
    @Query() { textVersion }: AgreementPdfQuery,
    @Share(VisibleAgreements) share: AgreementShare,
  ): Promise<FileAnswer> {
    const { text, context } = await this.agreements.text(id, textVersion, share);
    const file = await renderPdf(agreementDocument(text, context));
    return new FileAnswer(`agreement-${text.applicationNumber}-v${text.textVersion}.pdf`, 'application/pdf', file);
  }

  @ApiOperation({ operationId: 'getAgreementScan', summary: 'One stamped scan, as it was uploaded 一份盖章扫描件' })
  @Get('agreement/scans/:scanId')
  @Can('agreement:read')
  @AnswersFile(...Object.keys(scanTypes))
  async scan(@Id() id: string, @Id('scanId') scanId: string, @Share(VisibleAgreements) share: AgreementShare): Promise<FileAnswer> {
    const { fileKey: key, size, sha256, mediaType, textVersion } = await this.agreements.scan(id, scanId, share);
    const name = `agreement-scan-v${textVersion}-${scanId}.${scanTypes[mediaType as ScanType]}`;
    return new FileAnswer(name, mediaType, await this.files.read({ key, size, sha256 }));
  }
}
