import { DomainError } from '@ciep/kernel';

/** The content is something else than a PDF, JPEG or PNG file. */
export class ScanTypeUnsupported extends DomainError {
  constructor() {
    super('invalid', 'upload.type_unsupported', {
      zh: '扫描件必须是 PDF、JPEG 或 PNG 文件。',
      en: 'A scan must be a PDF, JPEG or PNG file.',
    });
  }
}

export class ScanTypeDiffers extends DomainError {
  constructor(declared: string, found: string) {
    super(
      'invalid',
      'upload.type_differs',
      { zh: '文件内容与声明的类型不符。', en: 'The content of the file is not what its content type says.' },
      { declared, found },
    );
  }
}

export class DigestDiffers extends DomainError {
  constructor(found: string) {
    super(
      'invalid',
      'upload.digest_differs',
      { zh: '文件在传输中发生改变，请重新上传。', en: 'The file changed on its way; upload it again.' },
      { sha256: found },
    );
  }
}

export class UploadUsed extends DomainError {
  constructor() {
    super('conflict', 'upload.used', { zh: '该文件已被使用。', en: 'This upload was used before.' });
  }
}
