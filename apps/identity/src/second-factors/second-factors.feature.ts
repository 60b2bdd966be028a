import { defineFeature } from '@ciep/platform';
import { ActivateSecondFactor } from './activate-second-factor.use-case.js';
import { Authenticator } from './authenticator.service.js';
import { MySecondFactorController } from './my-second-factor.controller.js';
import { MySecondFactor } from './my-second-factor.service.js';
import { NewAppCode } from './new-app-code.service.js';
import { ProposeSecondFactor } from './propose-second-factor.use-case.js';
import { RemoveSecondFactor } from './remove-second-factor.use-case.js';
import { RenewRecoveryCodes } from './renew-recovery-codes.use-case.js';
import { ResetSecondFactor } from './reset-second-factor.use-case.js';
import { SecondFactorChanges } from './second-factor-changes.service.js';
import { SecondFactorCheck } from './second-factor-check.service.js';
import { SecondFactorCode } from './second-factor-code.service.js';
import { SecondFactor } from './second-factor.entity.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorRoles } from './second-factor-roles.service.js';
import { SecondFactorsController } from './second-factors.controller.js';
import { SecondFactorQueries } from './second-factors.queries.js';
import { SecondStep } from './second-step.service.js';

export const secondFactors = defineFeature({
  controllers: [MySecondFactorController, SecondFactorsController],
  providers: [
    ActivateSecondFactor,
    Authenticator,
    MySecondFactor,
    NewAppCode,
    ProposeSecondFactor,
    RemoveSecondFactor,
    RenewRecoveryCodes,
    ResetSecondFactor,
    SecondFactorChanges,
    SecondFactorCheck,
    SecondFactorCode,
    SecondFactorQueries,
    SecondFactorRepository,
    SecondFactorRoles,
    SecondStep,
  ],
  entities: [SecondFactor],
});
