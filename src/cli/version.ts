import manifest from '../../package.json' with { type: 'json' };

/** The version of the package, which every manifest records. */
export const version: string = manifest.version;
