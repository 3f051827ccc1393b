import { tell } from './tell.mts';

tell();
