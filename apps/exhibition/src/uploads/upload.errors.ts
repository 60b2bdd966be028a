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

/** The file breaks off, or is a second file at the same time. */
export class ScanDamaged extends DomainError {
  constructor() {
    super('invalid', 'upload.damaged', {
      zh: '文件不完整，或含有其他内容，请重新扫描。',
      en: 'The file is not complete, or holds something else, too; scan it again.',
    });
  }
}

/** Whoever opened the file would run out of memory. */
export class ScanUnpacksTooLarge extends DomainError {
  constructor() {
    super('invalid', 'upload.unpacks_too_large', {
      zh: '扫描件解压后过大，请降低分辨率后重新扫描。',
      en: 'Unpacked, the scan is too large; scan it again at a lower resolution.',
    });
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
