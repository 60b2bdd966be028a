export const accept = () => paperAccepted({});

declare function paperAccepted(data: object): unknown;
