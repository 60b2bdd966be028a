import { About, Answers, Can, Id, Share, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AgreementDto, AttachScanDto, LogPostingDto } from './agreement.dto.js';
import { OwnAgreements, type OwnAgreementShare } from './agreement-share.service.js';
import { AgreementQueries } from './agreement.queries.js';
import { AttachScan } from './attach-scan.use-case.js';
import { LogPosting } from './log-posting.use-case.js';

@About('What exhibitors do with their agreements: upload the stamped scan, post the original 参展确认书（参展方）：上传扫描件、登记邮寄')
@Controller('applications/:id/agreement')
export class ExhibitorAgreementsController {
  constructor(
    private readonly agreements: AgreementQueries,
    private readonly attachScan: AttachScan,
    private readonly logPosting: LogPosting,
  ) {}

  @ApiOperation({ operationId: 'attachAgreementScan', summary: 'Hand in an uploaded scan of the stamped agreement 提交盖章协议的扫描件' })
  @Post('scans')
  @Can('agreement:sign')
  @Writes({ key: 'required' })
  @Answers(AgreementDto, 201)
  async attach(
    @Id() id: string,
    @Body() { uploadId }: AttachScanDto,
    @Share(OwnAgreements) own: OwnAgreementShare,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.attachScan.execute({ id, organisationId: own.organisationId, uploadId }, tx);
    return this.agreements.one(id, own, tx);
  }

  @ApiOperation({
    operationId: 'logAgreementPosting',
    summary: 'Tell that the stamped original was posted: tracking number and date 登记协议原件的邮寄单号和日期',
  })
  @Post('log-posting')
  @Can('agreement:sign')
  @Writes()
  @Answers(AgreementDto)
  async post(
    @Id() id: string,
    @Body() { trackingNumber, postedOn }: LogPostingDto,
    @Share(OwnAgreements) own: OwnAgreementShare,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.logPosting.execute({ id, organisationId: own.organisationId, trackingNumber, postedOn }, tx);
    return this.agreements.one(id, own, tx);
  }
}
