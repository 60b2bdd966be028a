import { DomainError, type LocalizedText } from '@ciep/kernel';

/** The content is not a PDF, JPEG or PNG file. */
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

/** The file is truncated, or is also a file of another type. */
export class ScanDamaged extends DomainError {
  constructor() {
    super('invalid', 'upload.damaged', {
      zh: '文件不完整，或含有其他内容，请重新扫描。',
      en: 'The file is not complete, or holds something else, too; scan it again.',
    });
  }
}

/** The PDF has active content. */
export class ScanActive extends DomainError {
  constructor(found: string, { zh, en }: LocalizedText) {
    super(
      'invalid',
      'upload.active_content',
      { zh: `文件含有${zh}，请打印后重新扫描。`, en: `The file holds ${en}; print it and scan it again.` },
      { found },
    );
  }
}

export class ScanEncrypted extends DomainError {
  constructor() {
    super('invalid', 'upload.encrypted', {
      zh: '文件已加密，请保存为不加密的文件后重新上传。',
      en: 'The file is encrypted; save it without a password and upload it again.',
    });
  }
}

export class ScanWithoutPages extends DomainError {
  constructor() {
    super('invalid', 'upload.no_pages', { zh: '文件没有任何页面，请重新扫描。', en: 'The file has no pages; scan it again.' });
  }
}

/** The inspection ran out of time or memory. */
export class ScanTooComplex extends DomainError {
  constructor() {
    super('invalid', 'upload.too_complex', {
      zh: '文件过于复杂，无法检查，请打印后重新扫描。',
      en: 'The file is too complex to be checked; print it and scan it again.',
    });
  }
}

/** The file unpacks to more than its reader's memory holds. */
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
