export const paper = 'a service without a card';
