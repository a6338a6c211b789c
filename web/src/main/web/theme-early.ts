// Runs before the first paint, so that a chosen theme does not flash in from the other one.
import { applyTheme } from './theme';

applyTheme();
