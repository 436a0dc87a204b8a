/** Values that stay in the browser by name. */
export interface Stored {
  [key: string]: any;
  /** Removes everything. */
  clear(): void;
  /** Waits until everything is written. */
  sync(): Promise<void>;
}

/** Opens the storage of this name. */
export declare function storage(name: string): Promise<Stored>;
export default storage;
