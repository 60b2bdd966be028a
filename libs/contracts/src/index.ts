export { boothPrice, type BoothFee } from './billing/booth-price.js';
export * from './billing/events.js';
export * from './conference/events.js';
export * from './exhibition/events.js';
export * from './identity/events.js';
export { webhookPinged } from './notification/webhook-pinged.js';
export { addressedEvents, eventCatalogue, portalEvents, topicSize } from './catalogue.js';
export { audiences, defineEvent, eventsOf, type Audience, type EventData, type EventType } from './event-type.js';
export { isReading, permissions, permissionsOf, permissionsWithin, type Permission } from './permissions.js';
export {
  eventDataSchema,
  portalDataSchema,
  portalEvent,
  portalEventSchema,
  schemaPath,
  type DataSchema,
  type PortalEvent,
  type ToldEvent,
} from './portal-event.js';
export { regionCodes, regionNames, regions, type Region } from './reference/regions.js';
export * from './roles.js';
export { seeds } from './seeds.js';
export {
  addressSetting,
  apiScopes,
  processNames,
  serviceNames,
  services,
  type ProcessName,
  type ServiceContract,
  type ServiceName,
} from './services.js';
export { things, thingOwners, type Thing, type ThingAnswer, type ThingKind, type ThingOwner } from './things.js';
