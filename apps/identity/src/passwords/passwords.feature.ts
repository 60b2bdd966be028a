import { defineFeature } from '@ciep/platform';
import { ChangePassword } from './change-password.use-case.js';
import { ChosenPasswords } from './chosen-passwords.service.js';
import { CommonPasswords } from './common-passwords.service.js';
import { CurrentPassword } from './current-password.service.js';
import { MailRecoveryLink } from './mail-recovery-link.use-case.js';
import { MyPasswordController } from './my-password.controller.js';
import { OpenRecovery } from './open-recovery.service.js';
import { PasswordRecoveriesController } from './password-recoveries.controller.js';
import { PasswordRecoveryQueries } from './password-recoveries.queries.js';
import { PasswordRecovery } from './password-recovery.entity.js';
import { PasswordRecoveryRepository } from './password-recovery.repository.js';
import { PasswordRenewal } from './password-renewal.service.js';
import { RecoverPassword } from './recover-password.use-case.js';
import { RecoveryByLink } from './recovery-by-link.service.js';
import { RecoveryPages } from './recovery-pages.service.js';

export const passwords = defineFeature({
  controllers: [MyPasswordController, PasswordRecoveriesController],
  providers: [
    ChangePassword,
    ChosenPasswords,
    CommonPasswords,
    CurrentPassword,
    MailRecoveryLink,
    OpenRecovery,
    PasswordRecoveryQueries,
    PasswordRecoveryRepository,
    PasswordRenewal,
    RecoverPassword,
    RecoveryByLink,
    RecoveryPages,
  ],
  entities: [PasswordRecovery],
});
