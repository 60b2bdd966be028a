import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, both PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** A test's own certificate authority (openssl 3); its certificates are valid for 127.0.0.1 and one day. */
export class Authority implements Disposable {
  private readonly dir = mkdtempSync(join(tmpdir(), 'ciep-authority-'));
  readonly certificate = this.make('authority', '-addext', 'basicConstraints=critical,CA:TRUE').certificate;

  /** A certificate for a client of this name. */
  certify(name: string): Certified {
    const signer = ['-CA', this.path('authority', 'crt'), '-CAkey', this.path('authority', 'key')];
    return this.make(name, ...signer, '-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=CA:FALSE');
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  private make(name: string, ...options: string[]): Certified {
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '1', '-subj', `/CN=${name}`];
    const files = ['-keyout', this.path(name, 'key'), '-out', this.path(name, 'crt')];
    execFileSync('openssl', ['req', ...kind, ...files, ...options], { stdio: 'pipe' });
    return { certificate: readFileSync(this.path(name, 'crt'), 'utf8'), key: readFileSync(this.path(name, 'key'), 'utf8') };
  }

  private path(name: string, kind: string): string {
    return join(this.dir, `${name}.${kind}`);
  }
}
