export interface IntegrationEvent {
  type: string;
}
