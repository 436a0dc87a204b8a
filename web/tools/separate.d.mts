export declare const separate: (text: string) => string;
