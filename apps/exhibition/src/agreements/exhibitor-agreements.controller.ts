import { Actor, Answers, Can, Id, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AgreementDto, AttachScanDto, LogPostingDto } from './agreement.dto.js';
import { AgreementQueries } from './agreement.queries.js';
import { AttachScan } from './attach-scan.use-case.js';
import { LogPosting } from './log-posting.use-case.js';

@Controller('applications/:id/agreement')
export class ExhibitorAgreementsController {
  constructor(
    private readonly agreements: AgreementQueries,
    private readonly attachScan: AttachScan,
    private readonly logPosting: LogPosting,
  ) {}

  @ApiOperation({ summary: 'Hand in an uploaded scan of the stamped agreement' })
  @Post('scans')
  @Can('agreement:sign')
  @Writes({ key: 'required' })
  @Answers(AgreementDto, 201)
  async attach(@Id() id: string, @Body() { uploadId }: AttachScanDto, @Actor() exhibitor: Principal, @Tx() tx: Tx): Promise<AgreementDto> {
    await this.attachScan.execute({ id, organisationId: exhibitor.owner, uploadId }, tx);
    return this.agreements.one(id, exhibitor, tx);
  }

  @ApiOperation({ summary: 'Tell that the stamped original was posted: tracking number and date' })
  @Post('log-posting')
  @Can('agreement:sign')
  @Writes()
  @Answers(AgreementDto)
  async post(
    @Id() id: string,
    @Body() { trackingNumber, postedOn }: LogPostingDto,
    @Actor() exhibitor: Principal,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.logPosting.execute({ id, organisationId: exhibitor.owner, trackingNumber, postedOn }, tx);
    return this.agreements.one(id, exhibitor, tx);
  }
}
