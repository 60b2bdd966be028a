import { About, Answers, Can, Id, IfMatch, Share, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AgreementDto, LogReceiptDto, RefuseSealDto } from './agreement.dto.js';
import { VisibleAgreements, type AgreementShare } from './agreement-share.service.js';
import { AgreementQueries } from './agreement.queries.js';
import { LogReceipt } from './log-receipt.use-case.js';
import { RefuseSeal } from './refuse-seal.use-case.js';
import { VerifySeal } from './verify-seal.use-case.js';

@About('What the organizer does with agreements: verify the seal, log the original 参展确认书（组织方）：核验印章、登记收件')
@Controller('applications/:id/agreement')
export class OrganizerAgreementsController {
  constructor(
    private readonly agreements: AgreementQueries,
    private readonly logReceipt: LogReceipt,
    private readonly verifySeal: VerifySeal,
    private readonly refuseSeal: RefuseSeal,
  ) {}

  @ApiOperation({ operationId: 'logAgreementReceipt', summary: 'Note that the posted original arrived 登记协议原件已收到' })
  @Post('log-receipt')
  @Can('agreement:verify')
  @Writes()
  @Answers(AgreementDto)
  async receive(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { receivedOn }: LogReceiptDto,
    @Share(VisibleAgreements) share: AgreementShare,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.logReceipt.execute({ id, version, receivedOn }, tx);
    return this.agreements.one(id, share, tx);
  }

  @ApiOperation({
    operationId: 'verifySeal',
    summary: 'Accept the seal; with the invoice paid, the booth is confirmed 印章合格；款项付清后展位即确认',
  })
  @Post('verify-seal')
  @Can('agreement:verify')
  @Writes()
  @Answers(AgreementDto)
  async verify(
    @Id() id: string,
    @IfMatch() version: number,
    @Share(VisibleAgreements) share: AgreementShare,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.verifySeal.execute({ id, version }, tx);
    return this.agreements.one(id, share, tx);
  }

  @ApiOperation({
    operationId: 'refuseSeal',
    summary: 'Refuse the seal with a reason; the applicant uploads again 印章不合格，说明理由并请重新上传',
  })
  @Post('refuse-seal')
  @Can('agreement:verify')
  @Writes()
  @Answers(AgreementDto)
  async refuse(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: RefuseSealDto,
    @Share(VisibleAgreements) share: AgreementShare,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.refuseSeal.execute({ id, version, reason }, tx);
    return this.agreements.one(id, share, tx);
  }
}
