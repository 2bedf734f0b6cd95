export declare const programNames: readonly string[];
export declare function compileProgram(name: string): Promise<Uint8Array>;
