import { powerTable } from './power-table.ts';

process.stdout.write(powerTable());
