/** Fields of devcontainer.json for a container from an image, as https://containers.dev/implementors/json_reference lists them, and their JSON types. */
const fieldTypes: Readonly<Record<string, readonly string[]>> = {
  name: ['string'],
  image: ['string'],
  features: ['object'],
  forwardPorts: ['array'],
  portsAttributes: ['object'],
  otherPortsAttributes: ['object'],
  hostRequirements: ['object'],
  customizations: ['object'],
  containerEnv: ['object'],
  remoteEnv: ['object'],
  containerUser: ['string'],
  remoteUser: ['string'],
  updateRemoteUserUID: ['boolean'],
  workspaceFolder: ['string'],
  workspaceMount: ['string'],
  mounts: ['array'],
  runArgs: ['array'],
  init: ['boolean'],
  privileged: ['boolean'],
  capAdd: ['array'],
  securityOpt: ['array'],
  overrideCommand: ['boolean'],
  shutdownAction: ['string'],
  userEnvProbe: ['string'],
  waitFor: ['string'],
  ...Object.fromEntries(
    ['initializeCommand', 'onCreateCommand', 'updateContentCommand', 'postCreateCommand', 'postStartCommand', 'postAttachCommand'].map(
      command => [command, ['string', 'array', 'object']],
    ),
  ),
};

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);

/** Faults of a devcontainer.json: fields that there are not, values of another type, an image without a whole version. */
export function devContainerFaults(container: Readonly<Record<string, unknown>>): string[] {
  const { image } = container;
  return [
    ...Object.entries(container).flatMap(([field, value]) => {
      const types = fieldTypes[field];
      if (types === undefined) return [`${field} is no field of devcontainer.json`];
      return types.includes(typeOf(value)) ? [] : [`${field} is of type ${typeOf(value)}, not ${types.join(' or ')}`];
    }),
    ...(typeof image === 'string' && /:\d+\.\d+\.\d+-/.test(image) ? [] : [`the image ${String(image)} has no whole version`]),
  ];
}

/** The folders that are missing on a map, or stand there in another order; a row of the map begins with the folder's name. */
export function mapFaults(map: string, folders: readonly string[]): string[] {
  const named = [...map.matchAll(/^\| `([\w-]+)` +\| [^|\s]/gm)].map(([, folder = '']) => folder);
  const missing = folders.filter(folder => !named.includes(folder)).map(folder => `${folder} is not on the map`);
  const gone = named.filter(folder => !folders.includes(folder)).map(folder => `${folder} is on the map, but not there`);
  const faults = [...missing, ...gone];
  return faults.length > 0 || named.join() === folders.join() ? faults : [`the order is ${folders.join(', ')}`];
}
