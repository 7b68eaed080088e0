import { defineConfig } from 'drizzle-kit';

/** `npm run migrations:new` compares the schema with the last snapshot and writes the next migration. */
export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/store/sqlite/schema.ts', './src/store/sqlite/decision-tables.ts', './src/store/sqlite/beside.ts'],
  out: './migrations/sqlite',
});
