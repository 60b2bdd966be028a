import { serviceNames, thingOwners, type ProcessName, type ServiceName } from '@ciep/contracts';

/** The special needs of a process. */
export interface Needs {
  /** It is reachable by the public. */
  readonly isPublicDoor?: true;
  /** Its secret settings: `key-encryption-key` of identity is IDENTITY_KEY_ENCRYPTION_KEY. The make-secrets.sh scripts create them. */
  readonly secrets?: readonly string[];
  /** It has a ConfigMap, which the overlays fill. */
  readonly hasConfigMap?: true;
  /** It stores files in the S3 store. */
  readonly keepsFiles?: true;
  /** The services whose internal routes it calls. */
  readonly asks?: readonly ServiceName[];
  /** It sends requests to public addresses. */
  readonly callsOut?: true;
  readonly sendsMail?: true;
}

const needs: Partial<Record<ProcessName, Needs>> = {
  gateway: { isPublicDoor: true, hasConfigMap: true },
  identity: { secrets: ['key-encryption-key', 'service-clients'] },
  exhibition: { keepsFiles: true },
  billing: { hasConfigMap: true },
  notification: { secrets: ['client-secret', 'secret-key'], asks: thingOwners, callsOut: true, sendsMail: true },
};

/** The special needs of a process; most services have none. */
export const needsOf = (name: ProcessName): Needs => needs[name] ?? {};

/** The setting of a process for a key of its secret. */
export const settingOf = (name: string, key: string): string => `${name}_${key.replaceAll('-', '_')}`.toUpperCase();

/** The gateway's upstreams, if each service has a host of its name. */
export const upstreams: string = serviceNames.map(name => `${name}=http://${name}:8080`).join(',');
