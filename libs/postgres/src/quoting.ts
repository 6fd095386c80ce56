/** A string as a value in a PostgreSQL configuration file. */
export const quoteSetting = (value: string): string => `'${value.replace(/'/g, "''").replace(/\\/g, '\\\\')}'`;

/** A value in a libpq connection string. */
export const quoteConninfo = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;

/** An SQL identifier. */
export const quoteIdentifier = (name: string): string => `"${name.replace(/"/g, '""')}"`;

/** An SQL string constant (standard_conforming_strings is on everywhere). */
export const quoteLiteral = (value: string): string => `'${value.replace(/'/g, "''")}'`;

/** A field of pg_hba.conf or pg_ident.conf; both know double quotes only, and no way to escape one. */
export const quoteHbaField = (value: string): string => `"${value.replace(/"/g, '')}"`;
